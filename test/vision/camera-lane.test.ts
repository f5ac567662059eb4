import fc from "fast-check";
import type { Frame } from "../../src/cameras/camera.ts";
import type { InvalidReason } from "../../src/domain/verdict.ts";
import { type CameraLane, createCameraLane, type LaneResult } from "../../src/vision/camera-lane.ts";
import type { GuardResult } from "../../src/vision/guard/frame-guard.ts";
import type { Inspection } from "../../src/vision/judge.ts";
import { measurePicture } from "../../src/vision/picture.ts";
import { fakeClock } from "../support/fake-clock.ts";

const deadlineMs = 100;
const passed: Inspection = {
  unitKind: "production",
  verdict: { kind: "pass", confidence: 0.9 },
  score: 1,
  inferenceMs: 12,
};

/** A lane on a clock that stands still, with inference threads whose end the test decides. */
function aLane({ threads = 1, refuses }: { threads?: number; refuses?: InvalidReason } = {}) {
  const clock = fakeClock();
  const results: LaneResult[] = [];
  const running: { finish(inspection?: Inspection): Promise<void>; fail(error: Error): Promise<void> }[] = [];
  let busy = 0;
  const settled = async (): Promise<void> => {
    busy -= 1;
    lane.next();
    await Promise.resolve();
    await Promise.resolve();
  };
  const lane: CameraLane = createCameraLane(
    { deadlineMs },
    {
      clock,
      guard: (frame): GuardResult =>
        refuses
          ? { usable: false, reason: refuses, detail: "" }
          : { usable: true, picture: frame, measures: measurePicture(frame) },
      hasFreeThread: () => busy < threads,
      inspect(frame) {
        busy += 1;
        const { promise, resolve, reject } = Promise.withResolvers<Inspection>();
        running.push({
          finish(inspection = passed) {
            resolve(inspection);
            return settled();
          },
          fail(error) {
            reject(error);
            return settled();
          },
        });
        return promise.then((inspection) => ({ inspection, picture: frame, marks: [] }));
      },
      judged: (result) => results.push(result),
      seen: () => undefined,
    },
  );
  const frame = (over: Partial<Frame> = {}): void =>
    lane.frame({
      data: new Uint8Array(1),
      width: 1,
      height: 1,
      channels: 1,
      exposedAt: clock.monotonic(),
      ...over,
    });
  const trigger = (id: number, at = clock.monotonic()): void => lane.trigger(id, at);
  const said = (): string[] =>
    results.map(({ triggerId, verdict }) =>
      [triggerId, verdict.kind, ...("reason" in verdict ? [verdict.reason] : [])].join(" "),
    );
  return { clock, lane, frame, trigger, said, results, running };
}

test("a picture goes to the trigger whose id it carries, also out of order", async () => {
  const { trigger, frame, running, said, results, clock } = aLane({ threads: 2 });
  trigger(1);
  clock.advance(5);
  trigger(2);
  frame({ triggerId: 2 });
  frame({ triggerId: 1, exposedAt: 2 });
  await running[0]!.finish();
  await running[1]!.finish();
  expect(said()).toEqual(["2 pass", "1 pass"]);
  // Exposure in UTC: what the record keeps.
  expect(results[1]!.exposedAt).toBe(clock.wall() - 3);
});

// A sender that counts one ahead names each unit's successor: 120 units a minute would each be judged by the one before.
test("a picture from before its trigger is not taken for it, whatever id it carries; its own still is", async () => {
  const { lane, trigger, frame, running, said, results, clock } = aLane();
  trigger(1);
  const own = { triggerId: 2, exposedAt: 30 };
  clock.advance(500);
  trigger(2);
  frame(own);
  clock.advance(20);
  frame({ triggerId: 2 });
  await running[0]!.finish();
  expect(said()).toEqual(["1 notInspected deadline", "2 pass"]);
  expect(lane.dropped).toBe(1);
  clock.advance(480);
  trigger(3);
  frame({ triggerId: 3, exposedAt: 520 });
  clock.advance(80);
  expect(results[2]).toMatchObject({
    verdict: {
      kind: "notInspected",
      reason: "deadline",
      detail: "no picture within 80 ms: picture came 480 ms before its trigger; is the sender's count one ahead?",
    },
  });
});

// Free-running cameras know no trigger. Order alone would give every unit after a lost picture its neighbour's verdict.
test("without an id a picture goes to the nearest trigger in time, never to one that is far", async () => {
  const { trigger, frame, running, said, clock } = aLane({ threads: 2 });
  trigger(1);
  clock.advance(70);
  trigger(2);
  clock.advance(3);
  frame();
  await running[0]!.finish();
  clock.advance(100);
  expect(said()).toEqual(["1 notInspected deadline", "2 pass"].toSorted((a) => (a.startsWith("2") ? -1 : 1)));
});

test("a picture that overtakes its trigger's message waits for it", async () => {
  const { trigger, frame, running, said, clock } = aLane();
  frame({ exposedAt: 0 });
  clock.advance(8);
  trigger(7, 1);
  await running[0]!.finish();
  expect(said()).toEqual(["7 pass"]);
});

test("a picture from long before pairs with nothing", () => {
  const { trigger, frame, said, clock } = aLane();
  frame();
  clock.advance(60);
  trigger(1);
  clock.advance(80);
  expect(said()).toEqual(["1 notInspected deadline"]);
});

// The verdict still has to be made after the picture: waiting the whole deadline for it would always be too late.
test("no picture within 80 % of the deadline is notInspected(deadline), and the late picture is dropped", () => {
  const { trigger, frame, said, clock, lane } = aLane();
  trigger(1);
  clock.advance(79);
  expect(said()).toEqual([]);
  clock.advance(1);
  expect(said()).toEqual(["1 notInspected deadline"]);
  frame({ triggerId: 1 });
  expect(lane.dropped).toBe(1);
  expect(lane.open).toBe(0);
});

test("while the camera is gone triggers are answered at once, and those that wait too", () => {
  const { trigger, said, lane, clock } = aLane();
  trigger(1);
  lane.state("gone", "unplugged");
  trigger(2);
  expect(said()).toEqual(["1 notInspected cameraGone", "2 notInspected cameraGone"]);
  lane.state("ok", "");
  trigger(3);
  expect(lane.open).toBe(1);
  clock.advance(80);
  expect(clock.pending).toBe(0);
});

// Two frames per camera may wait; the third is recorded as what it is instead of making all later ones late.
test("with every thread busy two pictures wait, the next is overload, and the oldest goes first", async () => {
  const { trigger, frame, running, said, lane } = aLane();
  for (const id of [1, 2, 3, 4]) {
    trigger(id);
    frame({ triggerId: id });
  }
  expect(said()).toEqual(["4 notInspected overload"]);
  expect(lane.dropped).toBe(1);
  for (let i = 0; i < 3; i++) await running[i]!.finish();
  expect(said()).toEqual(["4 notInspected overload", "1 pass", "2 pass", "3 pass"]);
  expect(lane.open).toBe(0);
});

test("a picture that waited beyond the deadline is not inspected any more; the younger one is", async () => {
  const { trigger, frame, running, said, clock } = aLane();
  trigger(1);
  frame({ triggerId: 1 });
  trigger(2);
  frame({ triggerId: 2 });
  clock.advance(90);
  trigger(3);
  frame({ triggerId: 3 });
  clock.advance(20);
  await running[0]!.finish();
  await running[1]!.finish();
  // Unit 1 is late too, but it was inspected: its verdict is sent, the core decides what it is worth.
  expect(said()).toEqual(["2 notInspected deadline", "1 pass", "3 pass"]);
});

test("an inference that throws costs its own unit only", async () => {
  const { trigger, frame, running, said, results } = aLane();
  trigger(1);
  frame({ triggerId: 1 });
  trigger(2);
  frame({ triggerId: 2 });
  await running[0]!.fail(new Error("bad tensor"));
  await running[1]!.finish();
  expect(said()).toEqual(["1 notInspected inferenceFault", "2 pass"]);
  expect(results[0]!.verdict).toMatchObject({ detail: "bad tensor" });
});

test("what the guard refuses is invalid with its reason and takes no thread", () => {
  const { trigger, frame, running, said } = aLane({ refuses: "blurred" });
  trigger(1);
  frame({ triggerId: 1 });
  expect(said()).toEqual(["1 invalid blurred"]);
  expect(running).toHaveLength(0);
});

test("an unreadable picture is invalid(badImage), by id or else for the oldest open trigger", () => {
  const { trigger, lane, said } = aLane();
  trigger(1);
  trigger(2);
  trigger(3);
  lane.unreadable(2, "torn");
  lane.unreadable(undefined, "torn");
  expect(said()).toEqual(["2 invalid badImage", "1 invalid badImage"]);
});

// Every unit accounted for: the invariant itself, over any order of events.
test("whatever happens in whatever order, each trigger gets exactly one result", async () => {
  const event = fc.oneof(
    fc.record({ do: fc.constant("trigger" as const) }),
    fc.record({ do: fc.constant("frame" as const), back: fc.nat(4), hasId: fc.boolean() }),
    fc.record({ do: fc.constant("unreadable" as const), back: fc.nat(4), hasId: fc.boolean() }),
    fc.record({ do: fc.constant("advance" as const), ms: fc.nat(60) }),
    fc.record({ do: fc.constant("finish" as const), fails: fc.boolean() }),
    fc.record({ do: fc.constant("state" as const), gone: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 60 }), async (events) => {
      const { trigger, frame, lane, running, results, clock } = aLane({ threads: 2 });
      let count = 0;
      let finished = 0;
      const idOf = (back: number): number => Math.max(1, count - back);
      for (const e of events)
        if (e.do === "trigger") trigger(++count);
        else if (e.do === "frame") frame(e.hasId ? { triggerId: idOf(e.back) } : {});
        else if (e.do === "unreadable") lane.unreadable(e.hasId ? idOf(e.back) : undefined, "torn");
        else if (e.do === "advance") clock.advance(e.ms);
        else if (e.do === "state") lane.state(e.gone ? "gone" : "ok", "");
        else if (finished < running.length)
          await (e.fails ? running[finished++]!.fail(new Error("x")) : running[finished++]!.finish());
      clock.advance(200);
      while (finished < running.length) await running[finished++]!.finish();
      expect(results.map((r) => r.triggerId).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: count }, (_, i) => i + 1),
      );
      expect(lane.open).toBe(0);
      expect(clock.pending).toBe(0);
    }),
  );
});
