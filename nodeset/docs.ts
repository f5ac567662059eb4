import { type AlarmRow, alarmNames, alarmTable } from "../src/domain/alarm.ts";
import { dataTypeName } from "./data-type-names.ts";
import { enumerations } from "./enumerations.ts";
import { eventTypes } from "./events.ts";
import { exampleStation } from "./example-station.ts";
import { type EventTypeModel, type UnitName, units } from "./model.ts";
import { namespaceIndexes } from "./namespaces.ts";
import type { NodeRow } from "./node-row.ts";
import { stationNodes } from "./station-nodes.ts";

const head = (title: string, text: string): string =>
  `# ${title}\n\nMade from the information model by \`npm run docs\`; change the model, not this page. ${text}`;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
const code = (text: string): string => (text === "" ? "" : `\`${text}\``);

/** The rows of a station, with the questions that its page has about them. */
function treeOf(rows: readonly NodeRow[]) {
  const children = new Map<string, NodeRow[]>();
  for (const row of rows) {
    const parent = row.parent ? String(row.parent.id) : "";
    children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  const below = (row: NodeRow): readonly NodeRow[] => children.get(String(row.id.id)) ?? [];
  const property = (row: NodeRow, name: string): NodeRow | undefined =>
    below(row).find(({ browseName }) => browseName.name === name);
  return { below, property };
}
type Tree = ReturnType<typeof treeOf>;

/** Properties that say something of the variable or method that they belong to; they stand in its line. */
const inLine: ReadonlySet<string> = new Set(["EngineeringUnits", "EURange", "InputArguments", "OutputArguments"]);

const unitOf = (row: NodeRow, tree: Tree): string => {
  const unit = tree.property(row, "EngineeringUnits")?.value;
  const range = tree.property(row, "EURange")?.value;
  return [unit?.kind === "unit" ? unit.symbol : "", range?.kind === "range" ? `${range.low} … ${range.high}` : ""]
    .filter((text) => text !== "")
    .join(", ");
};

const typeOf = ({ dataType, arrayLength, valueRank }: NodeRow): string =>
  `${dataTypeName(dataType!)}${arrayLength === undefined && (valueRank ?? -1) < 1 ? "" : "[]"}`;

/** The variables of an object, those below a variable behind it with their path. */
function variableLines(object: NodeRow, tree: Tree, path = ""): string[][] {
  return tree
    .below(object)
    .filter(({ nodeClass, browseName }) => nodeClass === "Variable" && !inLine.has(browseName.name))
    .flatMap((row) => {
      const name = `${path}${row.browseName.name}`;
      const access = ["read", ...((row.accessLevel ?? 0) & 2 ? ["write"] : [])].join("/");
      return [
        [code(name), typeOf(row), unitOf(row, tree), access, row.historizing ? "yes" : "", row.description],
        ...variableLines(row, tree, `${name}/`),
      ];
    });
}

const argumentLines = (method: NodeRow, tree: Tree): string[][] =>
  (["InputArguments", "OutputArguments"] as const).flatMap((property) => {
    const value = tree.property(method, property)?.value;
    return value?.kind === "arguments"
      ? value.arguments.map((argument) => [
          property === "InputArguments" ? "in" : "out",
          code(argument.name),
          `${dataTypeName(argument.dataType)}${argument.isArray ? "[]" : ""}`,
          argument.description,
        ])
      : [];
  });

/** What stands of one object: its variables, then its methods; nothing for one that has neither. */
function objectSection(object: NodeRow, path: readonly string[], tree: Tree): string[] {
  const variables = variableLines(object, tree);
  const methods = tree.below(object).filter(({ nodeClass }) => nodeClass === "Method");
  const title = path.length === 0 ? "The station" : path.join("/");
  return [
    `## ${title}`,
    object.description,
    ...(variables.length > 0
      ? [table(["Variable", "Type", "Unit, range", "Access", "Historized", "Description"], variables)]
      : []),
    ...methods.flatMap((method) => {
      const lines = argumentLines(method, tree);
      return [
        `**\`${method.browseName.name}\`**: ${method.description}`,
        ...(lines.length > 0 ? [table(["", "Argument", "Type", "Description"], lines)] : []),
      ];
    }),
  ];
}

function* sections(object: NodeRow, path: readonly string[], tree: Tree): Generator<string> {
  yield* objectSection(object, path, tree);
  for (const row of tree.below(object))
    if (row.nodeClass === "Object") yield* sections(row, [...path, row.browseName.name], tree);
}

/** `docs/nodes.md`: every node of a station with type, unit, access and description; all facets switched on. */
export function nodesPage(): string {
  const rows = stationNodes(exampleStation, "");
  const tree = treeOf(rows);
  const [station] = rows as [NodeRow, ...NodeRow[]];
  const { id } = exampleStation;
  const example = `ns=${namespaceIndexes.site};s=${id}/Statistics/LastMinute/PassCount`;
  const intro =
    `A node's NodeId is \`ns=${namespaceIndexes.site};s=<StationId>/<path>\`, e.g. \`${example}\`. ` +
    `\`${id}\`, \`${exampleStation.cameras[0]}\` and \`${exampleStation.defectClasses[0]}\` stand for any station, camera and defect class. ` +
    "Status codes are explained in [opcua.md](opcua.md), events in [events.md](events.md).";
  const enumerationSections = Object.entries(enumerations).flatMap(([name, { description, names }]) => [
    `### ${name}`,
    description,
    table(
      ["Value", "Name"],
      names.map((text, value) => [String(value), text]),
    ),
  ]);
  return `${[
    head("Nodes", intro),
    ...sections(station, [], tree),
    "## Enumerations",
    "On the wire they are Int32; each has a `…Text` twin for clients that cannot show names.",
    ...enumerationSections,
  ].join("\n\n")}\n`;
}

const baseFields: readonly (readonly string[])[] = [
  ["`EventId`", "ByteString", "16 bytes that follow from the ledger entry: live and history give the same."],
  ["`EventType`", "NodeId", "Which of the types below."],
  ["`SourceNode`, `SourceName`", "NodeId, String", "The station."],
  ["`Time`", "UtcTime", "When it happened, in station time."],
  ["`ReceiveTime`", "UtcTime", "When it was committed to the ledger."],
  ["`Message`", "LocalizedText", "One line for people."],
  ["`Severity`", "UInt16", "1 … 1000."],
];
const baseText: Readonly<Partial<Record<EventTypeModel["base"], string>>> = {
  BaseEventType: "A subtype of BaseEventType.",
  ResultReadyEventType:
    "A subtype of ResultReadyEventType (OPC 40001-101): `7:Result` is filled, and nested paths such as `7:Result/7:ResultMetaData/7:ResultId` can be selected.",
};

/** The alarm table, as it is when a site sets nothing else. */
const alarmLines = (): string[][] =>
  alarmNames.map((name) => {
    const row: AlarmRow = alarmTable[name];
    const limits = [
      row.limit !== undefined && `${row.limit} ${row.unit}`,
      row.classLimit !== undefined && `${row.classLimit} ${row.unit} per class`,
      row.deadband && `deadband ${row.deadband} ${row.unit}`,
      row.minimumSamples !== undefined &&
        `at least ${row.minimumSamples} units${row.windowSeconds === undefined ? "" : ` in ${row.windowSeconds} s`}`,
    ];
    return [
      code(name),
      row.class,
      String(row.severity),
      `${row.onDelayMs / 1_000} / ${row.offDelayMs / 1_000}`,
      limits.filter(Boolean).join(", "),
      row.suppressedBy.join(", "),
      `${row.title}. ${row.operatorAction}`,
    ];
  });

/** `docs/events.md`: every event type with its fields, and the alarms. */
export function eventsPage(): string {
  const index = namespaceIndexes.tallyline;
  const intro = `Fields of ours are in namespace ${index}: select \`${index}:Sequence\`. All are scalars; a field without a value is null. They are raised on the station, and seen on \`Machines\` and on \`Server\` too.`;
  const types: readonly (readonly [string, EventTypeModel])[] = Object.entries(eventTypes);
  return `${[
    head("Events", intro),
    "## Fields of every event",
    table(["Field", "Type", "Description"], baseFields),
    ...types.flatMap(([name, { base, description, fields }]) => [
      `## ${name}`,
      `${description} ${baseText[base] ?? `A subtype of ${base}.`}`,
      table(
        ["Field", "Type", "Unit", "Description"],
        Object.entries(fields).map(([field, { dataType, unit, description: text }]) => [
          code(`${index}:${field}`),
          dataType,
          unit ? units[unit as UnitName].symbol : "",
          text,
        ]),
      ),
    ]),
    "## Alarms and conditions",
    "Below `Alarms` of each station; their fields are those of their types in OPC 10000-9, beside ours above. Delays, limits and severities are the defaults; a site may set others.",
    table(
      [
        "Condition",
        "Class",
        "Severity",
        "On / off delay, s",
        "Limits",
        "Suppressed by",
        "What it means and what to do",
      ],
      alarmLines(),
    ),
  ].join("\n\n")}\n`;
}
