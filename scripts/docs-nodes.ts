// Writes docs/nodes.md and docs/events.md from the information model, docs/reference.md from the schemas of plug-ins: `npm run docs`.
import { writeFileSync } from "node:fs";
import { eventsPage, nodesPage } from "../nodeset/docs.ts";
import { referencePage } from "../src/app/reference-page.ts";

if (process.argv.includes("--help")) {
  console.log("usage: npm run docs\nWrites docs/nodes.md, docs/events.md and docs/reference.md.");
  process.exit(0);
}
const pages = { "nodes.md": nodesPage(), "events.md": eventsPage(), "reference.md": await referencePage() };
for (const [name, text] of Object.entries(pages)) writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
console.log(`${Object.keys(pages).length} pages written to docs/`);
