// What the OPC UA process costs until its endpoint is open: with every companion specification switched on, and with none.
import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { facetNames } from "../../nodeset/station-shape.ts";
import { demoConfig } from "../../src/app/demo.ts";
import { opcUaNodeFlags } from "../../src/app/opcua-child.ts";
import { dataPaths } from "../../src/app/paths.ts";
import { opcUaSetup } from "../../src/app/plant.ts";
import { discoverPlugins } from "../../src/app/plugins.ts";
import { parseConfig } from "../../src/config/load.ts";
import { openLedgerWriter } from "../../src/ledger/writer.ts";
import type { FromOpcUa } from "../../src/opcua/messages.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { percentile } from "../../src/projections/timing.ts";
import { temporaryFolder } from "../soak/demo-run.ts";
import { figuresOf } from "../soak/processes.ts";
import { report } from "../soak/result.ts";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "5" }, help: { type: "boolean", short: "h" } },
});
if (values.help) {
  console.log("usage: npm run bench:facets -- [--runs 5]");
  process.exit(0);
}

const plugins = await discoverPlugins();
const data = temporaryFolder();
{
  await using _ = await openLedgerWriter(join(data, "ledger"), { clock: systemClock });
}

interface Figures {
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly listeningMs: number;
}

/** One start of the process as the core starts it, until it says that it listens. */
async function start(isOn: boolean): Promise<Figures> {
  const raw = demoConfig() as { opcua: object };
  const facets = Object.fromEntries(facetNames.map((facet) => [facet, isOn]));
  const config = parseConfig("bench", { ...raw, opcua: { ...raw.opcua, port: 0, facets } }, plugins);
  const startedAt = performance.now();
  const child = fork(new URL("../../src/opcua/process.ts", import.meta.url), {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning", ...opcUaNodeFlags],
    env: { ...process.env, NODE_COMPILE_CACHE: dataPaths(data).compileCache },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const setup = opcUaSetup({ config, data, softwareVersion: "bench", childLog: { level: "warn", format: "text" } });
  child.send({ type: "setup", setup });
  const figures = await new Promise<Figures>((resolve, reject) => {
    child.on("message", (message: FromOpcUa) => {
      if (message.type === "refused") reject(new Error(message.reason));
      if (message.type !== "listening") return;
      const now = figuresOf(child.pid!)!;
      resolve({ cpuSeconds: now.cpuMs / 1_000, rssMb: now.rssMb, listeningMs: performance.now() - startedAt });
    });
    child.once("exit", (code) => reject(new Error(`the process ended with ${code} before it listened`)));
  });
  child.send({ type: "stop" });
  await ended;
  return figures;
}

await start(true); // certificate and compile cache
const runs: { on: Figures[]; off: Figures[] } = { on: [], off: [] };
for (let n = 0; n < Number(values.runs); n++) {
  runs.off.push(await start(false));
  runs.on.push(await start(true));
}
const median = (list: readonly Figures[], of: keyof Figures): number =>
  percentile(
    list.map((figures) => figures[of]),
    50,
  ) ?? Number.NaN;
const rounded = (list: readonly Figures[]) => ({
  cpuSeconds: median(list, "cpuSeconds"),
  rssMb: Math.round(median(list, "rssMb")),
  listeningMs: Math.round(median(list, "listeningMs")),
});
const on = rounded(runs.on);
report(
  "bench:facets",
  {
    cpu: {
      value: on.cpuSeconds,
      is: "<=",
      bar: 4,
      unit: "CPU seconds of the OPC UA process until it listens, all facets",
    },
    memory: { value: on.rssMb, is: "<=", bar: 280, unit: "MB resident then" },
  },
  { allFacets: on, noFacets: rounded(runs.off) },
);
rmSync(data, { recursive: true, force: true });
process.exit();
