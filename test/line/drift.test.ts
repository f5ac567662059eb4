import { readFile } from "node:fs/promises";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { alarmSettings } from "../../src/domain/alarm.ts";
import { noContext } from "../../src/domain/context.ts";
import { type AlarmFacts, readAlarm } from "../../src/line/alarm-readings.ts";
import { type DriftState, foldDriftUnit, foldTaught, noDrift } from "../../src/projections/drift.ts";
import { emptyStation } from "../../src/projections/station-state.ts";
import { frameGuard } from "../../src/vision/guard/frame-guard.ts";
import type { ModelCard } from "../../src/vision/model/card.ts";
import type { Picture } from "../../src/vision/picture.ts";
import { taughtFigures } from "../../src/vision/taught-figures.ts";
import { aContext, aUnit } from "../support/units.ts";

const card = JSON.parse(
  await readFile(new URL("../../models/snack-bag@2/card.json", import.meta.url), "utf8"),
) as ModelCard & { kind: "anomaly" };
const { mean, deviation } = card.training.heldOut;
const settings = alarmSettings();
const begun = foldTaught(noDrift, { taught: { "CAM-01": taughtFigures(mean, card.baseline) } });

/** Seeded, roughly normal: mean 0, deviation 1. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  return () => Array.from({ length: 12 }, next).reduce((a, v) => a + v, -6);
}
const passed = (score: number, measures: Readonly<Record<string, number>>) =>
  aUnit({
    context: aContext(),
    cameras: [{ cameraId: "CAM-01", verdict: { kind: "pass", confidence: 0.9 }, score, measures }],
  });
/** What the alarm's row says of a running line at this point. */
const reading = (drift: DriftState, active = false) => {
  const state = {
    ...emptyStation("LINE-01"),
    status: { state: "running", reason: "" },
    context: noContext,
    drift,
  } as const;
  return readAlarm("InspectionDrift", { state, now: 0 } as unknown as AlarmFacts, settings, active);
};

const pictures = await (async () => {
  const renderer = await createSyntheticRenderer(syntheticOptions.parse({ seed: 31, goodOnly: true, absentRate: 0 }));
  return Array.from({ length: 20 }, (_, i) => measuredRows(renderer.render(i + 1)!));
})();
/** The rows that are measured, alone: the same measures from a tenth of the pixels. */
function measuredRows({ data, width, height, channels }: Picture): Picture {
  const rows = 48;
  const stride = width * channels;
  const kept = new Uint8Array(rows * stride);
  for (let r = 0; r < rows; r++) {
    const from = Math.floor(((r + 0.5) * height) / rows) * stride;
    kept.set(data.subarray(from, from + stride), r * stride);
  }
  return { data: kept, width, height: rows, channels };
}
/** Half as sharp: each pixel between it and the mean of its neighbours along the row, a few px wide. */
const softened = pictures.map(({ data, ...size }): Picture => {
  const soft = Uint8Array.from(data);
  const { channels } = size;
  for (let at = 4 * channels; at < data.length - 4 * channels; at++) {
    let sum = 0;
    for (let d = -4; d <= 4; d++) sum += data[at + d * channels]!;
    soft[at] = sum / 9;
  }
  return { data: soft, ...size };
});

const black = new Uint8Array(pictures[0]!.data.length);
/** That share of the other one mixed in. */
function mixed({ data, ...size }: Picture, other: Uint8Array, share: number): Picture {
  const result = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) result[i] = data[i]! + (other[i]! - data[i]!) * share;
  return { data: result, ...size };
}

/** A line whose pictures change a little with each unit; at which unit the alarm is there, and the first refused one. */
function wander(change: (picture: Picture, n: number, progress: number) => Picture): {
  alarm?: number;
  reason?: string;
  refused?: number;
} {
  // Rows from different places do not go on from one to the next, as those of a torn picture.
  const { rowStep: _, ...baseline } = card.baseline;
  const guard = frameGuard({ baseline });
  const random = noise(5);
  let drift = begun;
  const units = 1_000;
  let found: { alarm?: number; reason?: string } = {};
  // A picture stands for the units until the next: measuring is slow in a test's sandbox.
  const every = 10;
  for (let n = 0; n < units; n += every) {
    const result = guard.run(change(pictures[(n / every) % pictures.length]!, n / every, n / units));
    if (!result.usable) return { ...found, refused: n };
    const { brightness, sharpness } = result.measures;
    for (let i = 0; i < every; i++)
      drift = foldDriftUnit(drift, passed(mean + deviation * random(), { brightness, sharpness }));
    const said = reading(drift);
    if (said?.present && found.alarm === undefined) found = { alarm: n, reason: said.reason };
  }
  return found;
}

// The operator is to clean a lens before the line stands, not because it stands.
test("a lamp that fades is an alarm long before pictures are too dark to judge", () => {
  const { alarm, reason, refused } = wander((picture, _n, progress) => mixed(picture, black, 0.7 * progress));
  expect(reason).toMatch(/^CAM-01: brightness \d+, taught 92 \(-1\d %\): clean the lens, check lamp and exposure$/);
  expect(refused).toBeDefined();
  expect(alarm!).toBeLessThan(0.8 * refused!);
});

test("a lens that gets dirty is an alarm before pictures are too blurred to judge", () => {
  const { alarm, reason, refused } = wander((picture, n, progress) =>
    mixed(picture, softened[n % softened.length]!.data, progress),
  );
  expect(reason).toMatch(/^CAM-01: sharpness 0\.\d+, taught 0\.61 \(-1\d %\): clean the lens and refocus$/);
  expect(alarm!).toBeLessThan(0.8 * (refused ?? 1_000));
});

test("scores that creep up are an alarm while every unit still passes", () => {
  const random = noise(9);
  let drift = begun;
  let n = 0;
  for (; n < 5_000 && !reading(drift)?.present; n++) {
    const score = mean * (1 + n / 5_000) + deviation * random();
    expect(score).toBeLessThan(card.threshold.reject);
    drift = foldDriftUnit(drift, passed(score, { brightness: 92, sharpness: 0.61 }));
  }
  expect(reading(drift)!.reason).toMatch(/^CAM-01: score 1\.\d+, taught 1\.11 \(\+1\d %\): .*teach again/);
});

// A false alarm a shift, and nobody looks at the true one.
test.each([1, 2, 3])("5,000 normal units are none (run %i)", (seed) => {
  const random = noise(seed);
  // Rows from different places do not go on from one to the next, as those of a torn picture.
  const { rowStep: _, ...baseline } = card.baseline;
  const guard = frameGuard({ baseline });
  const measured = pictures.map((picture) => {
    const result = guard.run(picture);
    if (!result.usable) throw new Error(result.detail);
    return result.measures;
  });
  let drift = begun;
  for (let n = 0; n < 5_000; n++) {
    const { brightness, sharpness } = measured[(n * 7 + seed) % measured.length]!;
    // Lighting flickers by a few percent from picture to picture.
    const flicker = 1 + 0.03 * random();
    drift = foldDriftUnit(drift, passed(mean + deviation * random(), { brightness: brightness * flicker, sharpness }));
    if (n % 10 === 0) expect(reading(drift)?.present ?? false).toBe(false);
  }
});

test("an alarm ends only some way back, and nothing is said before there are enough units", () => {
  const with_ = (count: number, brightness: number) =>
    Array.from({ length: count }, () => passed(mean, { brightness, sharpness: 0.61 })).reduce(foldDriftUnit, begun);
  expect(reading(with_(99, 60))).toBeUndefined();
  expect(reading(with_(100, 60))).toMatchObject({ present: true, limit: 15 });
  // 13.5 % off: no alarm by itself, but an active one goes on.
  expect(reading(with_(100, 79.8))!.present).toBe(false);
  expect(reading(with_(100, 79.8), true)!.present).toBe(true);
  expect(reading(with_(100, 84), true)!.present).toBe(false);
});

test("a picture brighter than taught is told, a sharper one and a lower score are not", () => {
  const after = (score: number, brightness: number, sharpness: number) =>
    Array.from({ length: 200 }, () => passed(score, { brightness, sharpness })).reduce(foldDriftUnit, begun);
  expect(reading(after(mean, 120, 0.61))!.reason).toMatch(
    /brightness 120, taught 92 \(\+30 %\): check lamp and exposure/,
  );
  expect(reading(after(mean / 2, 92, 0.9))!.present).toBe(false);
});
