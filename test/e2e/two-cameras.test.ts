import sharp from "sharp";
import { freePort } from "../../scripts/soak/demo-run.ts";
import { orphansOf } from "../../scripts/soak/processes.ts";
import { syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import type { UnitRecord } from "../../src/domain/unit-record.ts";
import { startPlantRun } from "../support/plant-run.ts";

/** Pictures of the simulated line as a camera would send them. */
async function pngOf(options: object): Promise<Uint8Array<ArrayBuffer>> {
  const { render } = await createSyntheticRenderer(syntheticOptions.parse({ seed: 7, ...options }));
  const { data, ...raw } = render(1)!;
  return new Uint8Array(await sharp(data, { raw }).png().toBuffer());
}

// A station with two views is only as good as its joining: by trigger, whatever each camera's pace, and never by order.
test("two cameras of one station are joined by trigger, the worst wins, and a dead one leaves no unit undecided", async () => {
  const [good, torn] = await Promise.all([pngOf({ goodOnly: true }), pngOf({ defectRate: 1, only: "SEAL_TORN" })]);
  const port = await freePort();
  await using plant = await startPlantRun([
    {
      id: "LINE-01",
      trigger: { type: "timer", unitsPerMinute: 100 },
      cameras: [
        { id: "CAM-01", type: "synthetic", goodOnly: true },
        { id: "CAM-02", type: "http-push", port, silentAfterMs: 3_000 },
      ],
      model: "snack-bag@2",
      deadlineMs: 500,
    },
  ]);
  const verdictsOf = ({ cameras }: UnitRecord): string =>
    cameras.map(({ verdict: v }) => (v.kind === "notInspected" ? `${v.kind}(${v.reason})` : v.kind)).join(" ");
  const withVerdicts = (text: string): UnitRecord | undefined => plant.units().find((u) => verdictsOf(u) === text);

  // Each picture waits at the camera for its trigger, so the next one is sent when the last was taken.
  let sending = true;
  const sender = (async () => {
    for (let triggerId = 1; sending; triggerId++) {
      const body = triggerId % 2 ? torn : good;
      const answer = await fetch(`http://127.0.0.1:${port}/CAM-02`, {
        method: "POST",
        body,
        headers: { "x-trigger-id": String(triggerId) },
      }).catch(() => undefined);
      if (answer?.status === 200) continue;
      triggerId -= 1; // not there yet, or the trigger is still to come
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  await plant.until(() => withVerdicts("pass pass") !== undefined && withVerdicts("pass fail") !== undefined);
  sending = false;
  await sender;
  expect(withVerdicts("pass pass")).toMatchObject({ verdict: { kind: "pass" } });
  expect(withVerdicts("pass fail")).toMatchObject({
    verdict: { kind: "fail" },
    cameraId: "CAM-02",
    rejectRequested: true,
  });
  // The torn bag was sent for odd triggers only: no picture went to another unit.
  const failed = plant.units().filter(({ verdict }) => verdict.kind === "fail");
  expect(failed.filter(({ triggerId }) => triggerId % 2 === 0)).toEqual([]);

  // The second camera sends no more: first its pictures are missing, then it is known to be gone.
  await plant.until(() => withVerdicts("pass notInspected(cameraGone)") !== undefined);
  for (const reason of ["deadline", "cameraGone"])
    expect(withVerdicts(`pass notInspected(${reason})`)).toMatchObject({
      verdict: { kind: "notInspected", reason },
      rejectRequested: true,
    });
  const sequences = plant.units().map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, n) => n + 1));
  plant.run.process.kill("SIGTERM");
  expect(await plant.run.ended).toBe(0);
  expect(orphansOf(plant.data)).toEqual([]);
}, 90_000);
