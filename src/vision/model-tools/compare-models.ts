import { type JudgedPicture, judgePictures } from "./judge-pictures.ts";
import { labelledPictures } from "./labelled-pictures.ts";
import { openFit } from "./model-under-test.ts";
import type { Confusion } from "./plots/confusion-plot.ts";
import { quantile } from "./quantile.ts";
import { auroc, aurocInterval } from "./roc.ts";

/** One model's figures on one labelled folder. */
export interface ModelReport {
  /** `name@version`. */
  readonly id: string;
  readonly hash: string;
  readonly judged: readonly JudgedPicture[];
  readonly threshold: number;
  readonly scoreName: string;
  readonly auroc: number;
  /** 95 % interval of it. */
  readonly interval: readonly [number, number];
  /** Share of good pictures that it does not pass, of defective ones that it does. 0..1 */
  readonly falseRejectRate: number;
  readonly falseAcceptRate: number;
  /** Time inside the model, ms. */
  readonly ms: { readonly p50: number; readonly p99: number };
  readonly confusion: Confusion;
}

/** A picture that two models do not judge alike. */
export interface Difference {
  readonly file: string;
  readonly label: string;
  /** In the order of the models. */
  readonly said: readonly JudgedPicture[];
}

/** Pictures that one model judges wrongly: what it passes though it is defective first, then what it refuses though it is good. */
export const mistakesOf = ({ judged }: ModelReport): readonly JudgedPicture[] =>
  judged.filter((j) => j.isPass !== j.isGood).toSorted((a, b) => Number(a.isGood) - Number(b.isGood));

export interface Comparison {
  readonly data: string;
  readonly models: readonly ModelReport[];
  /** Pictures that are not passed or failed by all alike, by file. */
  readonly differences: readonly Difference[];
}

/**
 * Shows the same labelled pictures to one or more models.
 * @param models folders of packages
 * @throws ModelError, LabelledPicturesError
 */
export async function compareModels(
  models: readonly string[],
  data: string,
  split?: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Comparison> {
  const pictures = await labelledPictures(data, split);
  const reports: ModelReport[] = [];
  for (const [i, folder] of models.entries()) {
    await using model = await openFit(folder);
    const judged = await judgePictures(model, data, pictures, (done, total) =>
      onProgress?.(i * total + done, models.length * total),
    );
    const { ref } = model.package;
    reports.push(reportOf(ref, judged, model));
  }
  const [first, ...others] = reports;
  const differences = first!.judged.flatMap((picture, i) => {
    const said = [picture, ...others.map((other) => other.judged[i]!)];
    return said.some((s) => s.isPass !== picture.isPass) ? [{ file: picture.file, label: picture.label, said }] : [];
  });
  return { data, models: reports, differences };
}

function reportOf(
  { id, hash }: { readonly id: string; readonly hash: string },
  judged: readonly JudgedPicture[],
  { threshold, scoreName }: Pick<ModelReport, "threshold" | "scoreName">,
): ModelReport {
  const rate = (isGood: boolean, isWrong: (j: JudgedPicture) => boolean): number => {
    const side = judged.filter((j) => j.isGood === isGood);
    return side.filter(isWrong).length / side.length;
  };
  const times = judged.map((j) => j.ms);
  return {
    id,
    hash,
    judged,
    threshold,
    scoreName,
    auroc: auroc(judged),
    interval: aurocInterval(judged),
    falseRejectRate: rate(true, (j) => !j.isPass),
    falseAcceptRate: rate(false, (j) => j.isPass),
    ms: { p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
    confusion: confusionOf(judged),
  };
}

/** Rows: good first, then the defects by name; columns: what passes first, then in the order of the rows. */
function confusionOf(judged: readonly JudgedPicture[]): Confusion {
  const byLabel = judged.toSorted((a, b) => Number(b.isGood) - Number(a.isGood) || (a.label < b.label ? -1 : 1));
  const labels = [...new Set(byLabel.map((j) => j.label))];
  const place = ({ isPass, takenFor }: JudgedPicture): number =>
    isPass ? -1 : labels.includes(takenFor) ? labels.indexOf(takenFor) : labels.length;
  const columns = [...new Set(byLabel.toSorted((a, b) => place(a) - place(b)).map((j) => j.takenFor))];
  return Object.fromEntries(
    labels.map((label) => [
      label,
      Object.fromEntries(
        columns.map((name) => [name, judged.filter((j) => j.label === label && j.takenFor === name).length]),
      ),
    ]),
  );
}
