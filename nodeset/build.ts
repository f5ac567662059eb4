// Writes Tallyline.NodeSet2.xml and extends NodeIds.csv from the model's tables: `npm run nodeset`.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { typesDocument } from "./documents.ts";
import { extendNodeIds, parseNodeIds } from "./node-ids.ts";
import { typeNodes } from "./type-nodes.ts";

const idsFile = new URL("./NodeIds.csv", import.meta.url);
const xmlFile = new URL("./Tallyline.NodeSet2.xml", import.meta.url);

const csv = extendNodeIds(existsSync(idsFile) ? readFileSync(idsFile, "utf8") : "", typeNodes());
writeFileSync(idsFile, csv);
writeFileSync(xmlFile, typesDocument(parseNodeIds(csv)));
console.log(`${typeNodes().length} type nodes written to nodeset/Tallyline.NodeSet2.xml`);
