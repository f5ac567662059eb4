import { readFileSync } from "node:fs";
import { type Contract, contractOf, extendContract } from "../../nodeset/contract.ts";
import { exampleStation } from "../../nodeset/example-station.ts";

const published: Contract = JSON.parse(readFileSync(new URL("../opcua/contract.json", import.meta.url), "utf8"));

test("no published node moves, changes its type or goes away", () => {
  expect(extendContract(published, contractOf())).toEqual(published);
});

// What a client has stored breaks by any of these; each has to stop whoever changes the model.
test.each([
  ["an index", "namespace machineryResult", "8"],
  ["a data type", "3:LINE-01/Statistics/LastMinute/PassCount", "Variable ua:6 access=1"],
  ["a node", "3:LINE-01/Statistics/LastMinute/PassCount", undefined],
  ["a browse name", "3:LINE-01/Status/LineStatus name", "3:LineStatus"],
  ["a type definition", "3:LINE-01/Status type", "ua:58"],
  ["a base type", "2:UnitInspectedEventType base", "ua:2041"],
  ["the type of an event's field", "2:UnitInspectedEventType_Confidence", "Variable ua:12 access=1"],
  ["the order of arguments", "3:LINE-01/Context/StartLot/InputArguments arguments", "EffectiveMode ua:6, Lot ua:12"],
  ["the name of a value", "value Verdict 1", "Fail"],
])("%s that changes is refused", (_, key, becomes) => {
  const { [key]: was, ...without } = contractOf();
  expect(was).toBeDefined();
  const changed = becomes === undefined ? without : { ...without, [key]: becomes };
  expect(() => extendContract(published, changed as Contract)).toThrow(`${key}: was ${was}, is ${becomes ?? "gone"}`);
});

test("what is new is added, and what is published stays as it is", () => {
  const now = { ...contractOf(), "3:LINE-01/Status/New": "Variable ua:12 access=1" };
  expect(extendContract(published, now)).toEqual({ ...published, "3:LINE-01/Status/New": "Variable ua:12 access=1" });
});

/** Entries of the first that the second lacks or has otherwise. */
const lost = (from: Contract, to: Contract): string[] => Object.keys(from).filter((key) => to[key] !== from[key]);

// A facet is a matter of configuration; a client of the rest must not notice it.
test("facets switched off take their own nodes away and change no other", () => {
  const bare = contractOf([{ ...exampleStation, facets: [] }]);
  expect(lost(bare, contractOf())).toEqual([]);
  expect(Object.keys(bare).filter((key) => key.startsWith("namespace "))).toHaveLength(13);
});

test("a second station changes nothing of the first", () => {
  const both = contractOf([{ ...exampleStation, id: "LINE-00", cameras: ["A", "B"] }, exampleStation]);
  expect(lost(contractOf(), both)).toEqual([]);
  expect(Object.keys(both).some((key) => key.startsWith("3:LINE-00/Cameras/B"))).toBe(true);
});
