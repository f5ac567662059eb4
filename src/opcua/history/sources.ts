import { countVariables, minuteVariables } from "../../../nodeset/variables.ts";
import type { AlarmEvent } from "../../domain/condition.ts";
import { lineStateCodes } from "../../domain/line-state.ts";
import { countValues, minuteDefects, minuteValues, noData } from "../shown-values.ts";
import { chainRows, entryRows, minuteRows, type RowSource } from "./rows.ts";

/** Historized variables whose path is fixed → where their rows are in the ledger. */
const fixed: Readonly<Record<string, RowSource>> = {
  "Status/LineStatus": entryRows("state", ({ state }) => lineStateCodes[state]),
  "Context/OrderId": entryRows("context", ({ context }) => context.orderId),
  "Context/Lot": entryRows("context", ({ context }) => context.lot),
  "Context/RecipeId": entryRows("context", ({ context }) => context.recipeId),
  // A refused one has never inspected.
  "Recipes/ActiveRecipeId": entryRows("recipe", ({ event, recipe }) => (event === "refused" ? undefined : recipe.id)),
  "Ledger/HeadHash": chainRows(({ hash }) => hash),
  "Ledger/HeadSequence": chainRows(({ entry }, station) =>
    entry.kind === "unit" && entry.station === station ? entry.body.sequence : undefined,
  ),
  ...table("Statistics/LastMinute", minuteVariables, (name) => minuteRows(minuteValues[name])),
  // Minutes of older programs do not say the totals: unknown, not zero.
  ...table("Statistics/Total", countVariables, (name) =>
    entryRows("minute", ({ total }) => (total ? countValues[name](total) : noData)),
  ),
};

/** Changes of an alarm that turn it on or off. */
const turning: ReadonlySet<AlarmEvent> = new Set(["active", "inactive", "disabled"]);

/** Historized variables below an object per name, by pattern. */
const patterns: readonly (readonly [path: RegExp, (name: string) => RowSource])[] = [
  [/^Statistics\/DefectClass\/([^/]+)\/LastMinuteCount$/, (name) => minuteRows(minuteDefects(name))],
  // Only what turns it: an acknowledgement is an event, and no news of this tag.
  [
    /^Alarms\/([^/]+)\/Active$/,
    (name) =>
      entryRows("alarm", ({ alarm, event, condition }) =>
        alarm === name && turning.has(event) ? condition.active : undefined,
      ),
  ],
];

/** Where the history of a variable is; `path` is the part of its NodeId behind the station. */
export function sourceOf(path: string): RowSource | undefined {
  if (Object.hasOwn(fixed, path)) return fixed[path];
  for (const [pattern, source] of patterns) {
    const name = pattern.exec(path)?.[1];
    if (name !== undefined) return source(name);
  }
  return undefined;
}

function table<N extends string>(
  path: string,
  variables: Readonly<Record<N, unknown>>,
  source: (name: N) => RowSource,
): Record<string, RowSource> {
  return Object.fromEntries((Object.keys(variables) as N[]).map((name) => [`${path}/${name}`, source(name)]));
}
