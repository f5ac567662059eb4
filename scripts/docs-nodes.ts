// Writes docs/nodes.md and docs/events.md from the information model: `npm run docs`.
import { writeFileSync } from "node:fs";
import { eventsPage, nodesPage } from "../nodeset/docs.ts";

if (process.argv.includes("--help")) {
  console.log("usage: npm run docs\nWrites docs/nodes.md and docs/events.md from the information model.");
  process.exit(0);
}
const pages = { "nodes.md": nodesPage(), "events.md": eventsPage() };
for (const [name, text] of Object.entries(pages)) writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
console.log(`${Object.keys(pages).length} pages written to docs/`);
