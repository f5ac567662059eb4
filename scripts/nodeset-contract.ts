// Adds new nodes of the model to the published contract (test/opcua/contract.json); refuses when one moved or is gone.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Contract, contractOf, extendContract } from "../nodeset/contract.ts";

if (process.argv.includes("--help")) {
  console.log("usage: node scripts/launch.js scripts/nodeset-contract.ts\nAdds new nodes to test/opcua/contract.json.");
  process.exit(0);
}
const file = new URL("../test/opcua/contract.json", import.meta.url);
const published: Contract = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const extended = extendContract(published, contractOf());
writeFileSync(file, `${JSON.stringify(extended, null, 2)}\n`);
console.log(`${Object.keys(extended).length - Object.keys(published).length} new nodes published`);
