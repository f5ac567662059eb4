import { spawnSync } from "node:child_process";
import { eventTypes } from "../../../nodeset/events.ts";
import { exampleStation } from "../../../nodeset/example-station.ts";
import type { ExportModel } from "../../../src/opcua/export/format.ts";
import { exportFormats } from "../../../src/opcua/export/formats.ts";
import { exportModel } from "../../../src/opcua/export/model.ts";
import { aSetup } from "../support/rig.ts";

const model = (over: Partial<ExportModel> = {}): ExportModel => ({
  ...exportModel(
    {
      site: "demo",
      endpoint: "opc.tcp://edge-1:4840/tallyline",
      securityNone: true,
      anonymous: true,
      softwareVersion: "0.1.0",
    },
    ["LINE-01", "LINE-02"].map((id) => ({ ...aSetup().stations[0]!, ...exampleStation, id })),
  ),
  ...over,
});
const rendered = (name: string, over?: Partial<ExportModel>): string => exportFormats[name]!.render(model(over));
const tagIds = model().stations.flatMap(({ tags }) => tags.map(({ nodeId }) => nodeId));
const passCount = "ns=3;s=LINE-02/Statistics/LastMinute/PassCount";

/** Reads CSV as RFC 4180 says it, not as the writer happens to write it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

// Only plain scalars: a historian refuses the whole import for one tag that it has no type for.
test("tags of every station are exported, properties and structures are not", () => {
  expect(tagIds.length).toBeGreaterThan(300);
  expect(tagIds).toContain(passCount);
  expect(tagIds.filter((id) => /EngineeringUnits|EURange|Arguments|HistoricalEventFilter/.test(id))).toEqual([]);
  expect(new Set(tagIds).size).toBe(tagIds.length);
});

test("csv: every tag in one line, fields that need it in quotes", () => {
  const [header, ...lines] = parseCsv(rendered("csv"));
  expect(header).toEqual(["NodeId", "BrowsePath", "DataType", "Unit", "Access", "Historized", "Description"]);
  expect(lines.map(([id]) => id)).toEqual(tagIds);
  expect(lines.every(({ length }) => length === 7)).toBe(true);
  expect(lines.find(([id]) => id === "ns=3;s=LINE-01/Statistics/Rolling/DefectRate")).toEqual(
    expect.arrayContaining(["Double", "%", "read", "no"]),
  );
});

// AVEVA: a reference that names the namespace by its URI needs no alias in the driver.
test("aveva: a name without slashes and a reference by namespace URI", () => {
  const lines = parseCsv(rendered("aveva"));
  expect(lines).toHaveLength(tagIds.length);
  expect(lines).toContainEqual([
    "LINE-02.Statistics.LastMinute.PassCount",
    "UANS(urn:tallyline:site:demo)UAItemRef(LINE-02/Statistics/LastMinute/PassCount)",
  ]);
  expect(new Set(lines.map(([name]) => name)).size).toBe(lines.length);
});

interface IgnitionTag {
  readonly name: string;
  readonly tagType: "Folder" | "AtomicTag";
  readonly tags?: readonly IgnitionTag[];
  readonly opcItemPath?: string;
  readonly dataType?: string;
  readonly readOnly?: boolean;
}
test("ignition: folders like the tree, names that the Designer takes, types that hold every value", () => {
  const walk = (tag: IgnitionTag): IgnitionTag[] => [tag, ...(tag.tags ?? []).flatMap(walk)];
  const root = { name: "root", tagType: "Folder", ...JSON.parse(rendered("ignition")) } as IgnitionTag;
  const all = walk(root);
  const atomic = all.filter(({ tagType }) => tagType === "AtomicTag");
  expect(atomic.map(({ opcItemPath }) => opcItemPath)).toEqual(expect.arrayContaining(tagIds));
  expect(atomic).toHaveLength(tagIds.length);
  expect(all.filter(({ name }) => !/^\w[\w '\-:()]*$/.test(name))).toEqual([]);
  for (const { tags = [] } of all) expect(new Set(tags.map(({ name }) => name)).size).toBe(tags.length);
  // A UInt32 does not fit Int4, and a counter that turns negative is not noticed for months.
  expect(atomic.find(({ opcItemPath }) => opcItemPath === passCount)).toMatchObject({
    dataType: "Int8",
    readOnly: true,
  });
  expect(atomic.find(({ opcItemPath }) => opcItemPath?.endsWith("Request/Lot"))).toMatchObject({ readOnly: false });
});

interface PublisherEntry {
  readonly EndpointUrl: string;
  readonly DataSetWriterId: string;
  readonly OpcNodes: readonly {
    readonly Id: string;
    readonly DataChangeTrigger?: string;
    readonly EventFilter?: { readonly SelectClauses: readonly { readonly BrowsePath: readonly string[] }[] };
  }[];
}
test("opc-publisher: a writer for tags with StatusValueTimestamp, and one per event type with all its fields", () => {
  const entries = JSON.parse(rendered("opc-publisher")) as PublisherEntry[];
  expect(new Set(entries.map((e) => e.DataSetWriterId)).size).toBe(entries.length);
  const tags = entries.flatMap((e) => e.OpcNodes.filter((n) => !n.EventFilter));
  expect(tags.map(({ Id }) => Id)).toEqual(tagIds);
  expect(tags.every((n) => n.DataChangeTrigger === "StatusValueTimestamp")).toBe(true);
  const units = entries.find((e) => e.DataSetWriterId === "LINE-01-UnitInspectedEventType")!.OpcNodes[0]!;
  const selected = units.EventFilter!.SelectClauses.map(({ BrowsePath }) => BrowsePath[0]);
  for (const field of Object.keys(eventTypes.UnitInspectedEventType.fields)) expect(selected).toContain(`/2:${field}`);
});

test("opc-publisher: without anonymous and unencrypted sessions the connection says so", () => {
  const [first] = JSON.parse(rendered("opc-publisher", { anonymous: false, securityNone: false })) as object[];
  expect(first).toMatchObject({ EndpointSecurityMode: "SignAndEncrypt", OpcAuthenticationMode: "UsernamePassword" });
});

interface TelegrafInput {
  readonly endpoint: string;
  readonly security_policy: string;
  readonly auth_method: string;
  readonly group?: readonly {
    readonly namespace: string;
    readonly nodes: readonly { readonly identifier: string; readonly monitoring_params: object }[];
  }[];
  readonly events?: readonly { readonly fields: readonly string[]; readonly event_type_node: object }[];
}
/** Read by Python's parser: a TOML reader of our own would agree with our mistakes. */
const toml = (text: string): TelegrafInput[] => {
  const program = "import sys, json, tomllib; print(json.dumps(tomllib.loads(sys.stdin.read())))";
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).inputs.opcua_listener;
};
const python = spawnSync("python3", ["-c", "import tomllib"]).status === 0;
(python ? test : test.skip)(
  `telegraf: TOML that a parser takes${python ? "" : " (skipped: no python3 with tomllib)"}`,
  () => {
    const [tags, events] = toml(rendered("telegraf")) as [TelegrafInput, TelegrafInput];
    const nodes = tags.group!.flatMap((group) => group.nodes.map((node) => ({ ...node, namespace: group.namespace })));
    expect(nodes.map(({ namespace, identifier }) => `ns=${namespace};s=${identifier}`).sort()).toEqual(
      [...tagIds].sort(),
    );
    // Equal minutes must not vanish: with the default trigger the second one is never sent.
    for (const { monitoring_params } of nodes)
      expect(monitoring_params).toMatchObject({ data_change_filter: { trigger: "StatusValueTimestamp" } });
    expect(events.events).toHaveLength(2 * Object.keys(eventTypes).length);
    const [secured] = toml(rendered("telegraf", { anonymous: false, securityNone: false })) as [TelegrafInput];
    expect(secured).toMatchObject({ security_policy: "Basic256Sha256", auth_method: "UserName" });
  },
);
