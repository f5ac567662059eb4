import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "tallyline-export-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "src/app/main.ts", "nodes", "export", ...args],
    {
      encoding: "utf8",
    },
  );

test("a file is written for the endpoint and the station that were asked for", () => {
  const out = join(folder, "pn.json");
  const { status, stderr } = run("--for", "opc-publisher", "--endpoint", "opc.tcp://edge:4841/t", "--out", out);
  expect([status, stderr]).toEqual([0, expect.stringContaining(`${out} written`)]);
  const [first] = JSON.parse(readFileSync(out, "utf8")) as { EndpointUrl: string; OpcNodes: { Id: string }[] }[];
  expect(first!.EndpointUrl).toBe("opc.tcp://edge:4841/t");
  expect(first!.OpcNodes.every(({ Id }) => Id.startsWith("ns=3;s=LINE-01/"))).toBe(true);
}, 30_000);

// Whoever mistypes is told what there is.
test.each([
  [["--for", "kepware"], /no export for "kepware".*telegraf.*csv/s],
  [["--for", "toString"], /no export for "toString"/],
  [["--for", "csv", "--station", "LINE-09"], /no station LINE-09; there are: LINE-01/],
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
