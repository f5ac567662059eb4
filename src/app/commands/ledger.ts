import { Command } from "commander";
import { verifyLedger } from "../../ledger/verify.ts";
import { type EvidenceVerifyResult, verifyEvidence } from "../../ledger/verify-evidence.ts";
import { dataFolder, dataPaths } from "../paths.ts";
import { createProgress } from "../progress.ts";
import { ledgerShowCommand } from "./ledger-show.ts";

interface VerifyFlags {
  readonly data?: string;
  readonly head?: string;
  readonly evidence?: boolean;
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
    .option(
      "--evidence",
      "then compare every kept picture with its hash in the ledger, and name what is missing or changed",
    )
    .option("--json", "print the result as one JSON line")
    .action(async (flags: VerifyFlags, command: Command) => {
      const noted = /^(\d+):([0-9a-f]{64})$/.exec(flags.head ?? "");
      if (flags.head && !noted)
        command.error(
          "error: --head takes OFFSET:HASH, e.g. 1200:9f86d0…; the nodes Ledger/EntryCount and Ledger/HeadHash",
        );
      const paths = dataPaths(flags.data ?? dataFolder(process.env));
      using progress = createProgress("verifying");
      const result = await verifyLedger(paths.ledger, {
        onProgress: progress.update,
        ...(noted && { head: { offset: Number(noted[1]), hash: noted[2]! } }),
      });
      progress[Symbol.dispose]();
      // A ledger that is not whole proves nothing of pictures.
      const evidence = flags.evidence && result.ok ? await verifyPictures(paths) : undefined;
      if (flags.json) console.log(JSON.stringify({ ...result, ...(evidence && { evidence }) }));
      else if (result.ok) {
        const { head, entries, durationMs, anchor } = result;
        console.log(`ok: ${entries} entries in ${(durationMs / 1_000).toFixed(1)} s, every hash checked`);
        console.log(`head: ${head.offset}:${head.hash} (ledger ${head.ledgerId})`);
        if (anchor === "missing")
          console.log("note: there is no anchor file, so a cut at the end shows only with --head");
      } else
        console.log(`BAD: ${result.problem.message}\n(${result.problem.code}, after ${result.entries} good entries)`);
      if (evidence && !flags.json) for (const line of evidenceLines(evidence)) console.log(line);
      if (!result.ok || (evidence && evidence.problems.length > 0)) process.exitCode = 1;
    });
  ledger.addCommand(ledgerShowCommand());
  return ledger;
};

async function verifyPictures(paths: ReturnType<typeof dataPaths>): Promise<EvidenceVerifyResult> {
  using progress = createProgress("comparing pictures");
  return await verifyEvidence(paths.ledger, paths.evidence, progress.update);
}

/** So many names are printed of each kind; --json has all. */
const maximumNames = 20;
function evidenceLines({ kept, bytes, dropped, problems, strangers }: EvidenceVerifyResult): readonly string[] {
  const named = (lines: readonly string[]): readonly string[] => [
    ...lines.slice(0, maximumNames),
    ...(lines.length > maximumNames ? [`… and ${lines.length - maximumNames} more (--json names all)`] : []),
  ];
  return [
    problems.length === 0
      ? `evidence ok: ${kept} pictures (${(bytes / 1e6).toFixed(1)} MB) are as they were written; ${dropped} were dropped, as the ledger says`
      : `BAD: ${problems.length} of ${kept} pictures are not as they were written`,
    ...named(problems.map((p) => `${p.problem}: ${p.file} (${p.station}, unit ${p.sequence})`)),
    ...(strangers.length > 0
      ? [`note: ${strangers.length} files are in no entry of the ledger, so they prove nothing`]
      : []),
    ...named(strangers.map((file) => `in no entry: ${file}`)),
  ];
}
