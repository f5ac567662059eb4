import { readFileSync } from "node:fs";
import { eventsPage, nodesPage } from "../../nodeset/docs.ts";
import { eventTypes } from "../../nodeset/events.ts";
import { exampleStation } from "../../nodeset/example-station.ts";
import { stationNodes } from "../../nodeset/station-nodes.ts";

// Whoever commissions reads the page, not the source: a page of yesterday sends him to a node that is not there.
test.each([
  ["docs/nodes.md", nodesPage],
  ["docs/events.md", eventsPage],
])("%s is what `npm run docs` writes now", (file, page) => {
  expect(readFileSync(file, "utf8")).toBe(page());
});

test("every variable and method of a station has its line", () => {
  const page = nodesPage();
  const missing = stationNodes(exampleStation, "")
    .filter(({ nodeClass }) => nodeClass === "Variable" || nodeClass === "Method")
    .filter(({ browseName: { name } }) => !/^(EngineeringUnits|EURange|(In|Out)putArguments)$/.test(name))
    .filter(
      ({ browseName: { name }, description }) =>
        !page.includes(name) || !page.includes(description.replaceAll("|", "\\|")),
    );
  expect(missing.map(({ id }) => id.id)).toEqual([]);
  expect(page).toMatch(/\| `DefectRate` \| Double \| %, 0 … 100 \| read \| yes \|/);
});

test("every event type has its fields", () => {
  const page = eventsPage();
  for (const [name, { fields }] of Object.entries(eventTypes)) {
    const section = page.slice(page.indexOf(`## ${name}`)).split("\n## ")[0]!;
    for (const field of Object.keys(fields)) expect(section).toContain(`\`2:${field}\``);
  }
});
