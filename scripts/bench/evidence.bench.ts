// What evidence costs: the verdict's way with a picture of every unit and with none, in turns in one run; how many pictures a
// second are kept, and what happens beyond. JSON lines. Usage: evidence.bench.ts [units per turn]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bareInspection } from "../../src/app/bare-inspection.ts";
import { findModel } from "../../src/app/paths.ts";
import type { CameraDefinition } from "../../src/cameras/camera.ts";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import synthetic from "../../src/cameras/synthetic.ts";
import type { PictureReport } from "../../src/domain/evidence.ts";
import type { Judgement } from "../../src/domain/judgement.ts";
import { defaultEvidencePolicy } from "../../src/domain/recipe.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createEvidenceKeeper } from "../../src/vision/evidence/evidence-keeper.ts";
import { openStation } from "../../src/vision/inspection-station.ts";

const unitsPerTurn = Number(process.argv[2] ?? 40);
const turns = 10;
const everyMs = 150;
const folder = await mkdtemp(join(tmpdir(), "tallyline-evidence-bench-"));
const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? 0;
const round = (value: number): number => Number(value.toPrecision(4));

/** Trigger to verdict at 400 units a minute, ms, with evidence switched on and off in turns. */
async function verdictPath(overlay: boolean): Promise<void> {
  const bare = bareInspection(["CAM-01"], "snack-bag@2", findModel("snack-bag@2", folder));
  const evidence = { ...defaultEvidencePolicy, passes: 1, overlay };
  const answers = new Map<number, () => void>();
  const pictures = { kept: 0, dropped: 0 };
  const station = await openStation(
    {
      station: "LINE-01",
      cameras: [{ id: "CAM-01", type: "synthetic", options: { seed: 5, prerendered: 60 } }],
      inspection: { ...bare, recipe: { ...bare.recipe, evidence } },
      deadlineMs: 2_000,
      threads: 1,
      evidenceFolder: folder,
      log: { level: "error", format: "json" },
    },
    new Map([["synthetic", synthetic as unknown as CameraDefinition]]),
    systemClock,
    {
      judgement: ({ triggerId }) => answers.get(triggerId)?.(),
      evidence({ event }) {
        pictures[event] += 1;
        return true;
      },
      cameras: () => undefined,
      broken(reason) {
        throw new Error(reason);
      },
    },
  );
  const latencies = { with: [] as number[], without: [] as number[] };
  let triggerId = 0;
  for (let turn = 0; turn < 2 * turns; turn++) {
    const mode = turn % 2 === 0 ? "with" : "without";
    station.keepEvidence(mode === "with");
    for (let n = 0; n < unitsPerTurn; n++) {
      triggerId += 1;
      const at = performance.now();
      const answered = new Promise<void>((resolve) => answers.set(triggerId, resolve));
      station.trigger({ station: "LINE-01", triggerId, at });
      await answered;
      const latency = performance.now() - at;
      // The first ones are slow until the compiler has seen them.
      if (turn > 1) latencies[mode].push(latency);
      await sleep(Math.max(0, everyMs - latency));
    }
  }
  await station.stop();
  const [withMs, withoutMs] = [quantile(latencies.with, 0.5), quantile(latencies.without, 0.5)];
  console.log(
    JSON.stringify({
      bench: "evidence-verdict-path",
      overlay,
      unitsPerMinute: 60_000 / everyMs,
      units: latencies.with.length + latencies.without.length,
      unit: "ms trigger to verdict",
      with: { p50: round(withMs), p99: round(quantile(latencies.with, 0.99)) },
      without: { p50: round(withoutMs), p99: round(quantile(latencies.without, 0.99)) },
      ratioOfMedians: round(withMs / withoutMs),
      pictures,
    }),
  );
}

/** Pictures a second when more come than can be written, and what the rest becomes. */
async function throughput(format: "webp" | "jpeg", overlay: boolean, seconds: number): Promise<void> {
  const renderer = await createSyntheticRenderer(syntheticOptions.parse({ seed: 5 }));
  const picture = renderer.render(1)!;
  const reports: PictureReport[] = [];
  const policy = { ...defaultEvidencePolicy, passes: 1, format, overlay };
  const keeper = createEvidenceKeeper({ folder }, policy, systemClock, (report) => reports.push(report) > 0);
  const judgement: Judgement = {
    station: "LINE-01",
    cameraId: "CAM-01",
    triggerId: 1,
    unitKind: "production",
    recipe: { id: "", version: 0, hash: "ab" },
    verdict: { kind: "fail", confidence: 0.9, defects: [{ class: "OTHER", confidence: 0.9, box: [200, 150, 90, 60] }] },
  };
  const considering: number[] = [];
  const handing: number[] = [];
  let offered = 0;
  const started = performance.now();
  while (performance.now() - started < seconds * 1_000) {
    offered += 1;
    const triggerId = (offered % 65_535) + 1;
    const seen = { picture: { ...picture, data: picture.data.slice() }, marks: [] };
    const before = performance.now();
    const { keep, judgement: named } = keeper.consider({ ...judgement, triggerId }, seen);
    const between = performance.now();
    keep();
    if (named.imageRef !== undefined) {
      considering.push(between - before);
      handing.push(performance.now() - between);
    }
    await sleep(2);
  }
  const kept = reports.filter(({ event }) => event === "kept").length;
  const elapsed = (performance.now() - started) / 1_000;
  await keeper.close();
  const all = { kept: 0, dropped: 0 };
  for (const { event } of reports) all[event] += 1;
  const bytes = reports.reduce((sum, r) => sum + (r.event === "kept" ? r.bytes : 0), 0);
  console.log(
    JSON.stringify({
      bench: "evidence-throughput",
      picture: `${picture.width}x${picture.height}`,
      format,
      overlay,
      picturesPerSecond: round(kept / elapsed),
      msBeforeVerdict: round(quantile(considering, 0.5)),
      msAfterVerdict: round(quantile(handing, 0.5)),
      kilobytes: round(bytes / all.kept / 1_000),
      offered,
      ...all,
      unaccounted: offered - all.kept - all.dropped,
    }),
  );
}

try {
  await verdictPath(false);
  await verdictPath(true);
  await throughput("webp", false, 5);
  await throughput("jpeg", false, 5);
  await throughput("webp", true, 5);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
