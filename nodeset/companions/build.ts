// Writes types.json: the members of the standards' types, read from the documents that this program loads.
import { writeFileSync } from "node:fs";
import { AddressSpace, nodesets } from "node-opcua";
import { generateAddressSpace } from "node-opcua-address-space/nodeJS.js";
import { standardNamespaces } from "../namespaces.ts";
import { extractTypes } from "./extract.ts";
import { companionTypes } from "./types.ts";

const addressSpace = AddressSpace.create();
await generateAddressSpace(addressSpace, [nodesets.standard!, ...standardNamespaces.map((name) => nodesets[name]!)]);
const types = extractTypes(addressSpace, companionTypes);
// One member per line: a change of a standard's document reads well in a diff.
const lines = Object.entries(types).map(
  ([name, { members, ...type }]) =>
    `${JSON.stringify(name)}: ${JSON.stringify(type).slice(0, -1)}, "members": [\n${members.map((m) => JSON.stringify(m)).join(",\n")}\n]}`,
);
writeFileSync(new URL("./types.json", import.meta.url), `{\n${lines.join(",\n")}\n}\n`);
console.log(`${lines.length} standard types written to nodeset/companions/types.json`);
addressSpace.dispose();
process.exit(0);
