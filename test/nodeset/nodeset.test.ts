import { readFileSync } from "node:fs";
import { typesDocument } from "../../nodeset/documents.ts";
import { enumerations } from "../../nodeset/enumerations.ts";
import { extendNodeIds, parseNodeIds } from "../../nodeset/node-ids.ts";
import { stationNodes } from "../../nodeset/station-nodes.ts";
import { typeNodes } from "../../nodeset/type-nodes.ts";
import { lineStateCodes } from "../../src/domain/line-state.ts";
import { unitKindCodes } from "../../src/domain/unit-record.ts";
import { verdictCodes } from "../../src/domain/verdict.ts";
import { aSetup } from "../opcua/support/rig.ts";

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const csv = text("nodeset/NodeIds.csv");
const all = () => [...typeNodes(), ...stationNodes(aSetup().stations[0]!, "0.1.0")];

// Client tools import the committed document; it must be the one that the server loads.
test("the committed files are what a fresh build writes", () => {
  expect(extendNodeIds(csv, typeNodes())).toBe(csv);
  expect(typesDocument(parseNodeIds(csv))).toBe(text("nodeset/Tallyline.NodeSet2.xml"));
});

// Clients hold NodeIds for years: a number is never given away again.
test("a published type node that is gone fails the build, and a new one gets the next number", () => {
  const nodes = typeNodes();
  expect(() => extendNodeIds(csv, nodes.slice(1))).toThrow(/LineStatus,1000,DataType/);
  const extended = extendNodeIds(csv, [...nodes, { ...nodes[0]!, id: { ns: "tallyline", id: "NewType" } }]);
  expect(extended).toBe(`${csv}NewType,${1000 + nodes.length},DataType\n`);
});

// The commissioning engineer reads descriptions; node-opcua makes nodes writable that say nothing about access.
test("every node has a description, and every variable says who may write it", () => {
  for (const row of all()) {
    expect([row.id.id, row.description.length > 0]).toEqual([row.id.id, true]);
    if (row.nodeClass === "Variable") expect([row.id.id, row.accessLevel]).toEqual([row.id.id, expect.any(Number)]);
  }
});

test("rates have a unit and a range, counters have neither", () => {
  const rows = all();
  const has = (row: (typeof rows)[number], property: string) =>
    rows.some(({ id }) => [`${row.id.id}/${property}`, `${row.id.id}_${property}`].includes(String(id.id)));
  for (const row of rows.filter(({ nodeClass }) => nodeClass === "Variable")) {
    if (
      row.browseName.ns === "tallyline" &&
      /(Rate|Quality|UnitsPerMinute)$/.test(String(row.id.id)) &&
      !String(row.id.id).includes("EventType")
    )
      expect([row.id.id, has(row, "EURange"), has(row, "EngineeringUnits")]).toEqual([row.id.id, true, true]);
    if (String(row.id.id).endsWith("Count")) expect([row.id.id, has(row, "EURange")]).toEqual([row.id.id, false]);
  }
});

// EnumStrings can only name 0, 1, 2 …; a hole would shift every name behind it (OPC 10000-3 §8.14).
test("enumerations have a name for every value from 0, those of the domain", () => {
  for (const { names } of Object.values(enumerations)) expect(names.every((name) => name.length > 0)).toBe(true);
  expect(enumerations.LineStatus.names).toHaveLength(Object.keys(lineStateCodes).length);
  expect(enumerations.Verdict.names[verdictCodes.notInspected]).toBe("NotInspected");
  expect(enumerations.UnitKind.names[unitKindCodes.sample]).toBe("Sample");
});
