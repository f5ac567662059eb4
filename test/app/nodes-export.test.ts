import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "tallyline-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nodes = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", "src/app/main.ts", "nodes", ...args], {
    encoding: "utf8",
  });
const run = (...args: readonly string[]) => nodes("export", ...args);

test("a file is written for the endpoint and the station that were asked for", () => {
  const out = join(folder, "pn.json");
  const { status, stderr } = run("--for", "opc-publisher", "--endpoint", "opc.tcp://edge:4841/t", "--out", out);
  expect([status, stderr]).toEqual([0, expect.stringContaining(`${out} written`)]);
  const [first] = JSON.parse(readFileSync(out, "utf8")) as { EndpointUrl: string; OpcNodes: { Id: string }[] }[];
  expect(first!.EndpointUrl).toBe("opc.tcp://edge:4841/t");
  expect(first!.OpcNodes.every(({ Id }) => Id.startsWith("ns=3;s=LINE-01/"))).toBe(true);
}, 30_000);

// `nodes export … | head`: whoever reads had enough, which is no fault to be told with a stack.
test("a reader that goes away ends it quietly", () => {
  const line = `"$0" --disable-warning=ExperimentalWarning src/app/main.ts nodes export --for csv | true; exit "\${PIPESTATUS[0]}"`;
  const { status, stderr } = spawnSync("bash", ["-c", line, process.execPath], { encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
}, 30_000);

// "nodes" has a --config too: wherever it stands, it is the site's, and never silently the demo's.
describe("the site's configuration", () => {
  const site = join(folder, "two.yaml");
  const station = (id: string) =>
    `  - { id: ${id}, trigger: { type: timer, unitsPerMinute: 60 }, model: snack-bag@2, cameras: [{ id: CAM-01, type: synthetic }] }`;
  const stationsOf = (csv: string) => [...new Set([...csv.matchAll(/ns=3;s=([\w-]+)\//g)].map(([, id]) => id))];
  beforeAll(() => writeFileSync(site, ["site: north", "stations:", station("NORTH-1"), station("NORTH-2")].join("\n")));

  test.each([
    [
      ["export", "--config", site, "--for", "csv"],
      ["NORTH-1", "NORTH-2"],
    ],
    [["export", "--for", "csv", "--config", site, "--station", "NORTH-2"], ["NORTH-2"]],
    [["--config", site, "export", "--for", "csv", "--station", "NORTH-1"], ["NORTH-1"]],
    [
      ["--config", site],
      ["NORTH-1", "NORTH-2"],
    ],
  ])(
    "nodes %j lists its stations",
    (args, stations) => {
      const { status, stdout, stderr } = nodes(...args);
      expect([status, stderr, stationsOf(stdout)]).toEqual([0, "", stations]);
    },
    30_000,
  );
});

// Whoever mistypes is told what there is.
test.each([
  [["--for", "kepware"], /no export for "kepware".*telegraf.*csv/s],
  [["--for", "toString"], /no export for "toString"/],
  [["--for", "csv", "--station", "LINE-09"], /no station LINE-09; there are: LINE-01/],
  [["--for", "csv", "--config", join(folder, "nowhere.yaml")], /nowhere\.yaml.*cannot be read.*CONFIG_INVALID/s],
  [["--for", "csv", "--endpoint", "edge:4840"], /opc\.tcp:\/\/<host>/],
  [["--for", "csv", "--out", join(folder, "nowhere", "x.csv")], /cannot be written/],
])(
  "nodes export %j is refused with what to do",
  (args, text) => {
    const { status, stderr } = run(...args);
    expect(stderr).toMatch(text);
    expect(status).toBe(1);
  },
  30_000,
);
