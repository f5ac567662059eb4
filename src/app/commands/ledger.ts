import { Command } from "commander";
import { verifyLedger } from "../../ledger/verify.ts";
import { dataFolder, dataPaths } from "../paths.ts";
import { createProgress } from "../progress.ts";

interface VerifyFlags {
  readonly data?: string;
  readonly head?: string;
  readonly json?: boolean;
}

export const ledgerCommand = (_version: string): Command => {
  const ledger = new Command("ledger").description("look after the ledger");
  ledger
    .command("verify")
    .description("check every entry, hash by hash, and name the first bad one; also while the line runs")
    .option("--data <folder>", "data folder (default: TALLYLINE_DATA or ./data)")
    .option(
      "--head <offset:hash>",
      "a head noted elsewhere, e.g. by a historian: proves that nothing before it changed",
    )
    .option("--json", "print the result as one JSON line")
    .action(async (flags: VerifyFlags, command: Command) => {
      const noted = /^(\d+):([0-9a-f]{64})$/.exec(flags.head ?? "");
      if (flags.head && !noted)
        command.error(
          "error: --head takes OFFSET:HASH, e.g. 1200:9f86d0…; the nodes Ledger/EntryCount and Ledger/HeadHash",
        );
      const folder = dataPaths(flags.data ?? dataFolder(process.env)).ledger;
      using progress = createProgress("verifying");
      const result = await verifyLedger(folder, {
        onProgress: progress.update,
        ...(noted && { head: { offset: Number(noted[1]), hash: noted[2]! } }),
      });
      progress[Symbol.dispose]();
      if (flags.json) console.log(JSON.stringify(result));
      else if (result.ok) {
        const { head, entries, durationMs, anchor } = result;
        console.log(`ok: ${entries} entries in ${(durationMs / 1_000).toFixed(1)} s, every hash checked`);
        console.log(`head: ${head.offset}:${head.hash} (ledger ${head.ledgerId})`);
        if (anchor === "missing")
          console.log("note: there is no anchor file, so a cut at the end shows only with --head");
      } else
        console.log(`BAD: ${result.problem.message}\n(${result.problem.code}, after ${result.entries} good entries)`);
      if (!result.ok) process.exitCode = 1;
    });
  return ledger;
};
