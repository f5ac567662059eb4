import cron from "node-cron";
import type { StationConfig } from "../config/schema.ts";
import type { RunSelfTest } from "../domain/command.ts";

/**
 * Has each station tested once a day at its `selfTest.at`, by the clock of the site's time zone.
 * @returns what ends it
 */
export function scheduleSelfTests(
  stations: readonly { readonly config: StationConfig; command(command: RunSelfTest): Promise<unknown> }[],
  timeZone: string,
): AsyncDisposable {
  const tasks = stations.flatMap(({ config, command }) => {
    if (!config.selfTest) return [];
    const [hour, minute] = config.selfTest.at.split(":").map(Number);
    const order = {
      kind: "runSelfTest",
      trigger: "schedule",
      station: config.id,
      by: "schedule",
      source: "local",
    } as const;
    // Whatever came of it is in the ledger, or in the log.
    return [cron.schedule(`0 ${minute} ${hour} * * *`, () => void command(order), { timezone: timeZone })];
  });
  return {
    async [Symbol.asyncDispose]() {
      for (const task of tasks) await task.destroy();
    },
  };
}
