import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { siteDocument } from "../../nodeset/documents.ts";
import { exampleStation } from "../../nodeset/example-station.ts";
import { parseNodeIds } from "../../nodeset/node-ids.ts";

const schema = "node_modules/node-opcua-nodesets/nodesets/UANodeSet.xsd";
/** What xmllint has to say of a document, "" when it is valid. Nothing is fetched from a network. */
function violations(xml: string): string {
  const { status, stderr } = spawnSync("xmllint", ["--noout", "--nonet", "--schema", schema, "-"], {
    input: xml,
    encoding: "utf8",
    maxBuffer: 1 << 24,
  });
  return status === 0 ? "" : stderr;
}
const hasXmllint = spawnSync("xmllint", ["--version"]).status === 0;
const validates = hasXmllint ? test : test.skip;
const skipped = hasXmllint ? "" : " (skipped: no xmllint; install libxml2-utils)";

const types = readFileSync("nodeset/Tallyline.NodeSet2.xml", "utf8");
const site = (): string => {
  const numbers = parseNodeIds(readFileSync("nodeset/NodeIds.csv", "utf8"));
  // Text that has to be escaped, in every place that a site can put text.
  const nameplate = { ...exampleStation.nameplate, manufacturer: 'A & B <"Packaging">', model: "1 < 2" };
  return siteDocument("demo", [{ ...exampleStation, nameplate }], "0.1.0", numbers);
};

// Modelling tools refuse a document that is not valid, and say little about why (OPC 10000-6 Annex F).
validates(`the types' document is valid by UANodeSet.xsd${skipped}`, () => expect(violations(types)).toBe(""));
validates(`a site's document is valid by UANodeSet.xsd${skipped}`, () => expect(violations(site())).toBe(""));
validates(`an attribute that the schema does not know is found${skipped}`, () =>
  expect(violations(types.replace(" BrowseName=", " BrowsName="))).toMatch(/BrowsName/),
);
