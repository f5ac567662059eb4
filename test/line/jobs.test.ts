import fc from "fast-check";
import type { Command, Done, Refused } from "../../src/domain/command.ts";
import { type JobAction, type JobOrder, jobActions, maximumJobs } from "../../src/domain/job.ts";
import { activeJob, findJob, startedJobs } from "../../src/projections/jobs.ts";
import { emptyStation, foldEntry } from "../../src/projections/station-state.ts";
import { aLine, aRecipe, fail, pass, type TestLine } from "../support/line.ts";

const rules = { owner: "jobs", lotMarkers: false } as const;
const aJobLine = (from: Parameters<typeof aLine>[1] = {}): TestLine => aLine({ context: rules }, from);
const anOrder = (jobOrderId: string, over: Partial<JobOrder> = {}): JobOrder => ({
  jobOrderId,
  description: "",
  orderId: `PO-${jobOrderId}`,
  lot: `L-${jobOrderId}`,
  sku: "SNK",
  recipeId: "SNACK-BAG",
  targetQuantity: 100,
  runType: "production",
  priority: 0,
  ...over,
});
const base = { station: "LINE-01", by: "mes@urn:mes", source: "jobs", comment: "" } as const;
const store = (order: JobOrder, start = true): Command => ({ ...base, kind: "storeJob", order, start });
const control = (action: JobAction, jobOrderId = "J1"): Command => ({
  ...base,
  kind: "controlJob",
  action,
  jobOrderId,
});

async function ask(t: TestLine, command: Command): Promise<Done | Refused> {
  const answer = t.line.command(command);
  await t.settle();
  return answer as Promise<Done | Refused>;
}
const states = (t: TestLine) => t.line.state.jobs.map((job) => [job.order.jobOrderId, job.state]);
const units = (t: TestLine) =>
  t.ledger.of("unit").map((e) => [e.body.context.lot, e.body.context.orderId, e.body.lotSequence]);

describe("an order becomes the context", () => {
  test("it waits until its first unit, which already carries it; its totals are those of its units", async () => {
    const t = aJobLine();
    t.unit(pass);
    expect(await ask(t, store(anOrder("J1")))).toEqual({ outcome: "done" });
    expect(states(t)).toEqual([["J1", "allowedToStart"]]);
    expect(t.line.state.context.lot).toBe("");
    t.unit(pass);
    t.unit(fail);
    await t.settle();
    expect(units(t)).toEqual([
      ["", "", 0],
      ["L-J1", "PO-J1", 1],
      ["L-J1", "PO-J1", 2],
    ]);
    expect(activeJob(t.line.state.jobs)).toMatchObject({
      state: "running",
      totals: { counts: { units: 2, pass: 1, fail: 1 }, firstSequence: 2, lastSequence: 3, defects: { ANOMALY: 1 } },
    });
    expect(t.line.state.context).toMatchObject({ recipeId: "SNACK-BAG", source: "jobs", changedBy: "mes@urn:mes" });
  });

  // The next unit after the call is the next unit, also when the disk is slower than the line.
  test("it begins with the very next unit, before its call is answered", async () => {
    const t = aJobLine();
    const stored = t.line.command(store(anOrder("J1")));
    t.unit(pass);
    await t.settle();
    expect(await stored).toEqual({ outcome: "done" });
    expect(units(t)).toEqual([["L-J1", "PO-J1", 1]]);
  });

  test("an order that is only stored does not begin; started, it does; revoked, it does not", async () => {
    const t = aJobLine();
    await ask(t, store(anOrder("J1"), false));
    t.unit(pass);
    await t.settle();
    expect(states(t)).toEqual([["J1", "notAllowedToStart"]]);
    await ask(t, control("start"));
    await ask(t, control("revokeStart"));
    t.unit(pass);
    await t.settle();
    expect(states(t)).toEqual([["J1", "notAllowedToStart"]]);
    await ask(t, control("start"));
    t.unit(pass);
    await t.settle();
    expect(states(t)).toEqual([["J1", "running"]]);
  });

  test("one at a time: by priority, then proposed start, then as they came; the next begins after the end of the one before", async () => {
    const t = aJobLine();
    for (const order of [
      anOrder("J1"),
      anOrder("J2", { startTime: 2_000 }),
      anOrder("J3", { startTime: 1_000 }),
      anOrder("J4", { priority: 5 }),
    ])
      await ask(t, store(order));
    for (const id of ["J4", "J3", "J2", "J1"]) {
      t.unit(pass);
      t.unit(pass);
      expect(await ask(t, control("stop", id))).toEqual({ outcome: "done" });
    }
    t.unit(pass);
    await t.settle();
    expect(units(t).map(([lot]) => lot)).toEqual([..."44332211"].map((n) => `L-J${n}`).concat(""));
  });
});

describe("pause and resume", () => {
  test("units between belong to nobody; the lot goes on with its numbers, and nothing else begins meanwhile", async () => {
    const t = aJobLine();
    await ask(t, store(anOrder("J1")));
    await ask(t, store(anOrder("J2")));
    t.unit(pass);
    await ask(t, control("pause"));
    t.unit(pass);
    await ask(t, control("resume"));
    t.unit(pass);
    await ask(t, control("stop"));
    expect(units(t)).toEqual([
      ["L-J1", "PO-J1", 1],
      ["", "", 0],
      ["L-J1", "PO-J1", 2],
    ]);
    const job = findJob(t.line.state.jobs, "J1")!;
    expect(job).toMatchObject({ state: "ended", totals: { counts: { units: 2 }, firstSequence: 1, lastSequence: 3 } });
    expect(t.ledger.of("lot").map((e) => [e.body.event, e.body.counts.units, e.body.reconciled])).toEqual([
      ["started", 0, undefined],
      ["ended", 1, true],
      ["started", 1, undefined],
      ["ended", 2, true],
    ]);
  });

  // A command between two units must cut exactly there, also when the unit before it is still being decided.
  test("a unit that was open when the order was paused still belongs to it", async () => {
    const t = aJobLine();
    await ask(t, store(anOrder("J1")));
    const open = t.unit();
    const paused = t.line.command(control("pause"));
    t.unit(pass);
    t.judge(open);
    await t.settle();
    expect(await paused).toEqual({ outcome: "done" });
    expect(units(t).map(([lot]) => lot)).toEqual(["L-J1", ""]);
  });

  // While it was paused the site may have taken the recipe out; units must not run under one that nobody has.
  test("an order that the configuration no longer allows is not resumed, and says why; it can be stopped", async () => {
    const before = aJobLine();
    await ask(before, store(anOrder("J1")));
    before.unit(pass);
    await ask(before, control("pause"));
    const other = aRecipe({ id: "OTHER" });
    const after = aLine({ context: rules, recipes: { own: other, all: [other] } }, before);
    expect(await ask(after, control("resume"))).toMatchObject({
      code: "jobNotAccepted",
      message: expect.stringContaining("unknown recipe"),
    });
    expect(states(after)).toEqual([["J1", "interrupted"]]);
    expect(after.line.state.context.lot).toBe("");
    expect(await ask(after, control("stop"))).toEqual({ outcome: "done" });
  });
});

test("a restart forgets nothing: running goes on with its totals, waiting waits", async () => {
  const before = aJobLine();
  await ask(before, store(anOrder("J1")));
  await ask(before, store(anOrder("J2")));
  before.unit(pass);
  await before.settle();
  const after = aJobLine(before);
  after.unit(pass);
  await after.settle();
  expect(states(after)).toEqual([
    ["J1", "running"],
    ["J2", "allowedToStart"],
  ]);
  expect(activeJob(after.line.state.jobs)).toMatchObject({ totals: { counts: { units: 2 } } });
});

describe("what cannot be is refused, and the list stays as it is", () => {
  test.each([
    ["an unknown order", control("start", "NO"), "unknownJob"],
    ["to update an unknown order", { ...base, kind: "updateJob", order: anOrder("NO") } as Command, "unknownJob"],
    ["an id that is taken", store(anOrder("J1", { lot: "OTHER" })), "jobNotAccepted"],
    ["the lot of another order", store(anOrder("J9", { lot: "L-J1" })), "jobNotAccepted"],
    ["an unknown recipe", store(anOrder("J9", { recipeId: "NO" })), "invalidArgument"],
    ["an order without a lot", store(anOrder("J9", { lot: "" })), "invalidArgument"],
    ["an order without an id", store(anOrder("")), "invalidArgument"],
    ["to clear what runs", control("clear"), "wrongState"],
    [
      "to change what runs",
      { ...base, kind: "updateJob", order: anOrder("J1", { sku: "X" }) } as Command,
      "wrongState",
    ],
    ["a comment with control characters", { ...control("stop"), comment: "a\u0000b" } as Command, "invalidArgument"],
  ])("%s", async (_, command, code) => {
    const t = aJobLine();
    await ask(t, store(anOrder("J1")));
    t.unit(pass);
    await t.settle();
    const was = t.ledger.committed.length;
    expect(await ask(t, command)).toMatchObject({ outcome: "refused", code, message: expect.stringMatching(/./) });
    expect(t.ledger.committed).toHaveLength(was);
  });

  test("an order of somebody who does not own the context; what is there can still be taken off the list", async () => {
    const before = aJobLine();
    await ask(before, store(anOrder("J1")));
    await ask(before, store(anOrder("J2")));
    before.unit(pass);
    await before.settle();
    const after = aLine({}, before); // the configuration gave the context to the MES
    after.unit(pass);
    await after.settle();
    expect(states(after)).toEqual([
      ["J1", "interrupted"],
      ["J2", "allowedToStart"],
    ]);
    expect(await ask(after, store(anOrder("J3")))).toMatchObject({ code: "notOwner" });
    expect(await ask(after, control("resume"))).toMatchObject({ code: "notOwner" });
    expect(await ask(after, control("stop"))).toEqual({ outcome: "done" });
    expect(await ask(after, control("clear"))).toEqual({ outcome: "done" });
    expect(await ask(after, control("cancel", "J2"))).toEqual({ outcome: "done" });
    expect(states(after)).toEqual([]);
  });
});

// A MES that never clears must not bring the line to a halt.
test("a full list makes room by its oldest finished order, and takes no more when none is", async () => {
  const t = aJobLine();
  for (let n = 0; n < maximumJobs; n++) await ask(t, store(anOrder(`J${n}`), n === 7));
  expect(await ask(t, store(anOrder("MORE")))).toMatchObject({ code: "jobNotAccepted" });
  await ask(t, control("abort", "J7"));
  expect(await ask(t, store(anOrder("MORE")))).toEqual({ outcome: "done" });
  expect(t.line.state.jobs).toHaveLength(maximumJobs);
  expect(findJob(t.line.state.jobs, "J7")).toBeUndefined();
});

// Whoever calls what in whatever order: the state machine of OPC 10031-4 holds, and so does the sum of all units.
test("any sequence of calls and units leaves one order at most at work, and every unit with exactly one owner", async () => {
  const id = fc.constantFrom("J1", "J2");
  const action = fc.constantFrom(...(Object.keys(jobActions) as JobAction[]));
  const call = fc.oneof(
    { weight: 3, arbitrary: fc.record({ id, action }) },
    { weight: 2, arbitrary: fc.record({ id, action: fc.constant("store" as const) }) },
    { weight: 3, arbitrary: fc.constant("unit" as const) },
    { weight: 3, arbitrary: fc.constant("settle" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 40 }), async (calls) => {
      const t = aJobLine();
      for (const c of calls) {
        if (c === "unit") t.unit(pass);
        else if (c === "settle") await t.settle();
        else void t.line.command(c.action === "store" ? store(anOrder(c.id)) : control(c.action, c.id));
      }
      for (let n = 0; n < 4; n++) await t.settle();
      const { jobs } = t.line.state;
      expect(jobs.filter((j) => j.state === "running" || j.state === "interrupted").length).toBeLessThanOrEqual(1);
      // Removed orders take their totals with them: count from the entries with which they left or stand.
      const began = t.ledger.of("job").filter((e) => e.body.event === "began").length;
      const lots = t.ledger.of("lot").filter((e) => e.body.event === "started").length;
      expect(lots).toBeGreaterThanOrEqual(began);
      for (const job of startedJobs(jobs)) {
        const own = t.ledger
          .of("unit")
          .filter((e) => e.offset > job.storedAt && e.body.context.lot === job.order.lot).length;
        expect(job.totals.counts.units).toBe(own);
      }
      expect(t.ledger.committed.reduce(foldEntry, emptyStation("LINE-01"))).toEqual(t.line.state);
    }),
    { numRuns: 40 },
  );
});
