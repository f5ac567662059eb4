import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { AppError } from "../../platform/errors.ts";
import { reliabilityBins } from "../../vision/model-tools/reliability.ts";
import { dataFolder, dataPaths, findModel } from "../paths.ts";
import { createProgress } from "../progress.ts";

/** A model is not fit to inspect on this machine. */
class ModelUnfitError extends AppError {
  readonly code = "MODEL_UNFIT";
}

/** A package by its folder or its name. @throws AppError naming the places looked at. */
const folderOf = (given: string): string =>
  existsSync(path.join(given, "card.json")) ? given : findModel(given, dataFolder(process.env));

export const modelCommand = (version: string): Command =>
  new Command("model")
    .description("examine, compare and calibrate model packages")
    .addCommand(verifyCommand())
    .addCommand(compareCommand(version))
    .addCommand(calibrateCommand(version));

const verifyCommand = (): Command =>
  new Command("verify")
    .description("check a package and what it costs on this machine; exits ≠ 0 with the reason when it is unfit")
    .argument("<model>", "NAME@VERSION or its folder")
    .option("--runs <n>", "pictures to time", "100")
    .option("--json", "print the result as one JSON line")
    .action(async (given: string, flags: { runs: string; json?: boolean }) => {
      const { verifyModel } = await import("../../vision/model-tools/verify-model.ts");
      const { cardFacts } = await import("../../vision/model-tools/card-facts.ts");
      const fitness = await verifyModel(folderOf(given), Math.max(1, Number(flags.runs) || 100));
      const { card, ref, golden, ms } = fitness;
      if (flags.json) console.log(JSON.stringify(fitness));
      else {
        const { width, height, channels } = card.input;
        const size = `${width} × ${height} px, ${channels === 1 ? "grey" : "RGB"}`;
        const worst = Math.max(...golden.map((g) => g.deviation));
        const rows: readonly (readonly [string, string])[] = [
          ["model", `${ref.id} (${card.kind}), made ${card.created} by ${card.program}`],
          ["card", `sha256 ${ref.hash}`],
          ["files", `${fitness.files} with the hashes of the card`],
          ["input", size],
          ...cardFacts(card),
          ["golden", `${golden.length} samples, largest deviation ${(100 * worst).toFixed(1)} % of what is allowed`],
          ["opens in", `${fitness.openMs.toFixed(0)} ms, its first picture takes ${fitness.warmUpMs.toFixed(1)} ms`],
          ["per picture", `p50 ${ms.p50.toFixed(2)} ms, p99 ${ms.p99.toFixed(2)} ms (${ms.runs} pictures, one thread)`],
          ["memory", `${fitness.memoryMb.toFixed(0)} MB; ${fitness.graphMb.toFixed(1)} MB on disk`],
        ];
        for (const [name, value] of rows) console.log(`${name.padEnd(12)} ${value}`);
      }
      if (fitness.problems.length > 0)
        throw new ModelUnfitError(`${ref.id} is unfit:\n${fitness.problems.map((p) => `  - ${p}`).join("\n")}`);
      if (!flags.json) console.log("fit");
    });

interface CompareFlags {
  readonly models: string;
  readonly data: string;
  readonly split?: string;
  readonly out: string;
}

const compareCommand = (version: string): Command =>
  new Command("compare")
    .description(
      "judge labelled pictures by one or more models, and write a page with ROC, confusion, scores, differences",
    )
    .requiredOption("--models <names>", "NAME@VERSION or folders, separated by commas")
    .requiredOption("--data <dir>", "labelled pictures: <split>/<good or defect>/…, or a labels.csv")
    .option("--split <name>", "only this split (default: test, where there is one)")
    .requiredOption("--out <dir>", "where the page and its drawings (PNG) go")
    .action(async ({ models, data, split, out }: CompareFlags) => {
      const { compareModels, mistakesOf } = await import("../../vision/model-tools/compare-models.ts");
      const { asPng, comparisonHtml, plotsOf } = await import("../../vision/model-tools/comparison-report.ts");
      using progress = createProgress("judging");
      const comparison = await compareModels(models.split(",").map(folderOf), data, split, progress.update);
      progress[Symbol.dispose]();
      const plots = plotsOf(comparison);
      await mkdir(out, { recursive: true });
      for (const { name, svg } of plots) await writeFile(path.join(out, `${name}.png`), await asPng(svg));
      const page = path.join(out, "comparison.html");
      await writeFile(page, await comparisonHtml(comparison, plots, version));
      for (const { id, auroc, interval, falseRejectRate, falseAcceptRate, ms } of comparison.models)
        console.log(
          `${id}: AUROC ${auroc.toFixed(4)} (${interval.map((v) => v.toFixed(3)).join(" to ")}), ` +
            `${(100 * falseRejectRate).toFixed(1)} % of good ones refused, ${(100 * falseAcceptRate).toFixed(1)} % of defective ones passed, p50 ${ms.p50.toFixed(1)} ms`,
        );
      for (const { file, said } of comparison.differences)
        console.log(`differs: ${file}: ${said.map((s) => `${s.takenFor} ${s.score.toFixed(3)}`).join(" / ")}`);
      if (comparison.models.length === 1)
        for (const { file, label, isGood, takenFor, score } of mistakesOf(comparison.models[0]!))
          console.log(
            isGood
              ? `false alarm: ${file}: good, taken for ${takenFor} ${score.toFixed(3)}`
              : `miss: ${file}: ${label}, passed with ${score.toFixed(3)}`,
          );
      console.log(`${page} written, with ${plots.length} drawings beside it`);
    });

interface CalibrateFlags {
  readonly data: string;
  readonly split?: string;
  readonly out?: string;
  readonly plot?: string;
}

const calibrateCommand = (version: string): Command =>
  new Command("calibrate")
    .description(
      "learn from labelled pictures what a score means as a probability; writes a new version of the package",
    )
    .argument("<model>", "NAME@VERSION or its folder")
    .requiredOption("--data <dir>", "labelled pictures: <split>/<good or defect>/…, or a labels.csv")
    .option("--split <name>", "only this split (default: test, where there is one)")
    .option("--out <dir>", "where packages go (default: models/ in the data folder)")
    .option("--plot <file>", "also draw how honest the readings are, before and after (PNG)")
    .action(async (given: string, { data, split, out, plot }: CalibrateFlags) => {
      const { calibrateModel } = await import("../../vision/model-tools/calibrate-model.ts");
      using progress = createProgress("judging");
      const { folder, card, calibration, before, after } = await calibrateModel({
        model: folderOf(given),
        data,
        ...(split !== undefined && { split }),
        out: out ?? dataPaths(dataFolder(process.env)).models,
        program: version,
        now: Date.now(),
        onProgress: progress.update,
      });
      progress[Symbol.dispose]();
      const { good, bad } = calibration.samples;
      console.log(
        `fitted on ${good} good and ${bad} defective pictures; the figures are of pictures that a fit had not seen`,
      );
      console.log(`calibration error ${before.ece.toFixed(4)} before, ${after.ece.toFixed(4)} after`);
      console.log(`Brier score ${before.brier.toFixed(4)} before, ${after.brier.toFixed(4)} after`);
      if (plot !== undefined) {
        const { asPng } = await import("../../vision/model-tools/comparison-report.ts");
        const { reliabilityPlot } = await import("../../vision/model-tools/plots/reliability-plot.ts");
        const curves = [
          { name: `confidence before, error ${before.ece.toFixed(3)}`, bins: reliabilityBins(before.forecasts) },
          { name: `probability after, error ${after.ece.toFixed(3)}`, bins: reliabilityBins(after.forecasts) },
        ];
        await writeFile(plot, await asPng(reliabilityPlot(`${card.name}: what is said and what is true`, curves)));
      }
      console.log(`${card.name}@${card.version} written to ${folder}`);
      console.log(
        `name ${card.name}@${card.version} in the recipe; verdicts stay as they are, records gain the probability`,
      );
    });
