import { parentPort, workerData } from "node:worker_threads";
import { carryOutSweep, planSweep, type SweepSetup } from "./evidence-sweep.ts";

// One sweep, away from the core's loop: says what would go, and removes it when that is in the ledger.
const setup = workerData as SweepSetup;
const plan = await planSweep(setup);
parentPort!.postMessage(plan);
parentPort!.once("message", () => {
  // A rejection ends the thread with an error, which the shelf tells.
  void carryOutSweep(setup, plan).then(() => process.exit(0));
});
