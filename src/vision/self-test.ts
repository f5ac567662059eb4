import type { SelfTestAnswer, SelfTestResult } from "../domain/self-test.ts";
import type { ModelRef } from "../domain/unit-record.ts";
import { errorText } from "../platform/errors.ts";
import type { CheckedSample } from "./inference-messages.ts";
import { deviationOf, deviationText } from "./model/golden.ts";

/** What a self test runs on. */
export interface SelfTestDeps {
  /** Golden samples of each camera's steps, and the models that they are of. */
  readonly cameras: Readonly<Record<string, { readonly samples: number; readonly models: readonly ModelRef[] }>>;
  /** Resolves with true when a thread has nothing to do and no picture waits, with false when there was no such moment in time. */
  idle(): Promise<boolean>;
  /** Runs one sample on a free thread. @throws what the sample throws. */
  check(cameraId: string, sample: number): Promise<CheckedSample>;
}

/** Runs the golden samples one by one between pictures: a picture waits for at most one of them. */
export async function runSelfTest({ cameras, idle, check }: SelfTestDeps): Promise<SelfTestAnswer> {
  const models = [...new Map(Object.values(cameras).flatMap((c) => c.models.map((m) => [m.id, m] as const))).values()];
  const deviations: number[] = [];
  const problems: string[] = [];
  let samples = 0;
  for (const [cameraId, { samples: count }] of Object.entries(cameras))
    for (let sample = 0; sample < count; sample++) {
      samples += 1;
      if (!(await idle()))
        return {
          notRun: "inference had no moment to spare; try again when units come more slowly, or give it more threads",
        };
      try {
        const { model, file, figures } = await check(cameraId, sample);
        const deviation = deviationOf(figures);
        if (Number.isFinite(deviation)) deviations.push(deviation);
        const problem = deviationText(file, figures);
        if (problem !== undefined) problems.push(`${model}: ${problem}`);
      } catch (error) {
        problems.push(errorText(error));
      }
    }
  // "Passed" would say that the models are as taught, and nothing was looked at.
  if (samples === 0)
    return {
      notRun:
        "nothing to test: no model of what inspects has golden samples; teach them again, or choose a recipe whose models have some",
    };
  return told({ models, samples, deviations, problems });
}

function told(run: {
  readonly models: readonly ModelRef[];
  readonly samples: number;
  readonly deviations: readonly number[];
  readonly problems: readonly string[];
}): SelfTestResult {
  const { models, samples, deviations, problems } = run;
  // Six digits: the rest differs between processors.
  const maxDeviation = deviations.length === 0 ? undefined : Number(Math.max(...deviations).toPrecision(6));
  const names = models.map((m) => m.id).join(", ") || "no model";
  const worst =
    maxDeviation === undefined ? "" : `, largest deviation ${(100 * maxDeviation).toFixed(1)} % of what is allowed`;
  return {
    passed: problems.length === 0,
    models,
    samples,
    ...(maxDeviation !== undefined && { maxDeviation }),
    details: problems.length === 0 ? `${samples} samples of ${names}${worst}` : problems.join("; "),
  };
}
