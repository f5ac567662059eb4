import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DemoRun, freePort, startDemo, temporaryFolder } from "../../scripts/soak/demo-run.ts";
import { treeOf } from "../../scripts/soak/processes.ts";
import type { Committed } from "../../src/domain/ledger-entry.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";
import { openLedgerReader } from "../../src/ledger/reader.ts";

/** The whole program on a configuration of the test's own, with a data folder that goes away with it. */
export interface PlantRun extends AsyncDisposable {
  readonly run: DemoRun;
  readonly data: string;
  readonly endpoint: string;
  /** What is in the ledger by now. */
  entries(): readonly Committed[];
  units(station?: string): readonly UnitRecord[];
  /** Looks every 50 ms, for at most so many ms. @throws with the last lines that the program printed */
  until(condition: () => boolean, ms?: number): Promise<void>;
}

/** @param recipes files of recipes by their names, as a site has them in its data folder */
export async function startPlantRun(
  stations: readonly object[],
  recipes: Readonly<Record<string, object>> = {},
): Promise<PlantRun> {
  const data = temporaryFolder();
  mkdirSync(join(data, "recipes"));
  for (const [name, recipe] of Object.entries(recipes))
    writeFileSync(join(data, "recipes", `${name}.yaml`), JSON.stringify(recipe));
  const file = join(data, "site.yaml");
  const config = { site: "test", opcua: { anonymous: "full", securityNone: true }, stations };
  writeFileSync(file, JSON.stringify(config));
  const port = await freePort();
  const run = startDemo(data, port, "core", ["--config", file]);
  const entries = (): readonly Committed[] => {
    try {
      using reader = openLedgerReader(join(data, "ledger"));
      return reader.read(0, 100_000);
    } catch {
      return []; // not made yet
    }
  };
  return {
    run,
    data,
    endpoint: `opc.tcp://127.0.0.1:${port}/tallyline`,
    entries,
    units: (station = "LINE-01") =>
      entries().flatMap(({ entry }) => (entry.kind === "unit" && entry.station === station ? [entry.body] : [])),
    async until(condition, ms = 45_000) {
      for (const end = Date.now() + ms; !condition(); await new Promise((r) => setTimeout(r, 50)))
        if (Date.now() > end || run.process.exitCode !== null)
          throw new Error(`waited in vain; its last lines:\n${run.lastLines.join("\n")}`);
    },
    async [Symbol.asyncDispose]() {
      if (run.process.exitCode === null && run.process.signalCode === null) {
        run.process.kill("SIGTERM");
        const killer = setTimeout(() => {
          for (const pid of treeOf(run.pid)) process.kill(pid, "SIGKILL");
        }, 12_000);
        await run.ended;
        clearTimeout(killer);
      }
      rmSync(data, { recursive: true, force: true });
    },
  };
}
