import { readFileSync } from "node:fs";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { referencePage } from "../../src/app/reference-page.ts";

const page = await referencePage();

test("the page in docs/ is the one that the schemas write: run npm run docs", () => {
  expect(readFileSync(new URL("../../docs/reference.md", import.meta.url), "utf8")).toBe(page);
});

test("every plug-in and each of its options stands in it", async () => {
  const { cameras, triggers, steps } = await discoverPlugins();
  for (const { type } of [...cameras, ...triggers, ...steps]) expect(page).toContain(`### \`${type}\``);
  expect(page).toContain("| `unitsPerMinute` |");
  expect(page).toContain("| `faults[].fault` | `covered` or");
});
