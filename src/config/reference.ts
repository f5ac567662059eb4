import { z } from "zod";
import type { PluginOptions } from "./schema.ts";

/** One option of a plug-in, as the reference page shows it. */
interface OptionRow {
  readonly name: string;
  readonly shape: string;
  readonly usual: string;
  readonly meaning: string;
}

/** The part of JSON Schema that options come to. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** A section of the reference: its plug-ins with a table of options each, in Markdown. */
export function referenceSection(title: string, intro: string, plugins: readonly PluginOptions[]): string {
  return [`## ${title}`, "", intro, "", ...plugins.flatMap(pluginLines)].join("\n");
}

function pluginLines({ type, summary, options }: PluginOptions): readonly string[] {
  const rows = rowsOf(z.toJSONSchema(options, { io: "input", unrepresentable: "any" }) as Schema, "");
  const table = rows.map(({ name, shape, usual, meaning }) => `| \`${name}\` | ${shape} | ${usual} | ${meaning} |`);
  return [
    `### \`${type}\``,
    "",
    summary,
    "",
    ...(rows.length === 0
      ? ["No options.", ""]
      : ["| option | is | when left out | meaning |", "|---|---|---|---|", ...table, ""]),
  ];
}

function rowsOf(schema: Schema, prefix: string): readonly OptionRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, option]) => {
    const name = prefix + key;
    const isRequired = schema.required?.includes(key) ?? false;
    const inner = option.properties ? { at: `${name}.`, of: option } : innerOf(option, name);
    const usual = "default" in option ? code(option.default) : isRequired ? "must be given" : "—";
    const row = { name, shape: cell(shapeOf(option)), usual, meaning: cell(option.description ?? "") };
    return [row, ...(inner ? rowsOf(inner.of, inner.at) : [])];
  });
}

/** Objects in lists, maps and alternatives have options of their own. */
function innerOf(
  { items, additionalProperties, anyOf, oneOf }: Schema,
  name: string,
): { at: string; of: Schema } | undefined {
  if (items?.properties) return { at: `${name}[].`, of: items };
  if (typeof additionalProperties === "object" && additionalProperties.properties)
    return { at: `${name}.*.`, of: additionalProperties };
  const alternatives = (anyOf ?? oneOf)?.filter((alternative) => alternative.properties) ?? [];
  if (alternatives.length === 0) return undefined;
  return {
    at: `${name}.`,
    of: { properties: Object.assign({}, ...alternatives.map((a) => a.properties)), required: [] },
  };
}

function shapeOf(schema: Schema): string {
  const { type, minimum, maximum, items, prefixItems, additionalProperties } = schema;
  if ("const" in schema) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(" or ");
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(shapeOf))].join(" or ");
  if (prefixItems) return `[${prefixItems.map(shapeOf).join(", ")}]`;
  if (type === "array") return `list of ${items ? shapeOf(items) : "anything"}`;
  if (type === "object")
    return typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0
      ? `map to ${shapeOf(additionalProperties)}`
      : "object";
  const isBounded = maximum !== undefined && Math.abs(maximum) < Number.MAX_SAFE_INTEGER;
  const range = isBounded
    ? ` ${minimum ?? "…"}…${maximum}`
    : minimum !== undefined && minimum > -1e15
      ? ` ≥ ${minimum}`
      : "";
  return `${type ?? "anything"}${range}`;
}

const code = (value: unknown): string => `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
