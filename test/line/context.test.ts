import type { Answer, Command, CommandSource } from "../../src/domain/command.ts";
import { type ContextFields, emptyFields } from "../../src/domain/context.ts";
import { hasPassed } from "../../src/domain/trigger.ts";
import { AppError } from "../../src/platform/errors.ts";
import { aLine, pass, type TestLine } from "../support/line.ts";

class Unwritable extends AppError {
  readonly code = "TEST_UNWRITABLE";
  override readonly retryable = true;
}
const base = {
  station: "LINE-01",
  by: "mes",
  source: "opcua",
  expectedRevision: 0,
  effective: { mode: "nextUnit" },
} as const;
const set = (fields: Partial<ContextFields>, over: object = {}): Command =>
  ({ ...base, kind: "setContext", fields: { ...emptyFields, ...fields }, ...over }) as Command;
const lotCommand = (kind: "endLot" | "clearContext"): Command => ({ ...base, kind });

async function ask(t: TestLine, command: Command): Promise<Answer> {
  const answer = t.line.command(command);
  await t.settle();
  return answer;
}

describe("a context takes effect at a unit boundary", () => {
  test("whole, for the unit after the one that is open; the answer names that unit", async () => {
    const t = aLine();
    const open = t.unit();
    const answer = t.line.command(set({ lot: "L1", orderId: "PO-7" }));
    t.unit(pass);
    t.judge(open);
    await t.settle();
    expect(await answer).toEqual({ outcome: "accepted", revision: 1, fromSequence: 2, state: "effective" });
    expect(t.ledger.of("unit").map((e) => [e.body.context.lot, e.body.context.orderId, e.body.lotSequence])).toEqual([
      ["", "", 0],
      ["L1", "PO-7", 1],
    ]);
    const kinds = t.ledger.committed.map((c) => c.entry.kind).filter((k) => ["unit", "context", "lot"].includes(k));
    expect(kinds).toEqual(["unit", "context", "lot", "unit"]);
  });

  test("EffectiveMode 1: at its trigger id, also after a restart in between", async () => {
    const before = aLine();
    before.unit(pass);
    expect(await ask(before, set({ lot: "L2" }, { effective: { mode: "atTrigger", triggerId: 4 } }))).toMatchObject({
      outcome: "accepted",
      state: "pending",
    });
    before.unit(pass);
    await before.settle();
    const after = aLine({}, before);
    for (let n = 0; n < 3; n++) after.unit(pass);
    await after.settle();
    expect(after.ledger.of("unit").map((e) => [e.body.triggerId, e.body.context.lot])).toEqual([
      [1, ""],
      [2, ""],
      [3, ""],
      [4, "L2"],
      [5, "L2"],
    ]);
    expect(after.line.state.pending).toBeUndefined();
  });

  test("at most one waits; it is dropped when its trigger does not come, and that is an entry", async () => {
    const t = aLine();
    const later = set({ lot: "L2" }, { effective: { mode: "atTrigger", triggerId: 900 } });
    await ask(t, later);
    expect(await ask(t, later)).toMatchObject({ outcome: "refused", code: "alreadyPending" });
    t.clock.advance(61_000);
    t.line.tick();
    await t.settle();
    expect(t.ledger.of("pending").map((e) => e.body.event)).toEqual(["set", "expired"]);
  });
});

describe("a context that waits for the line itself", () => {
  const afterGap = (seconds: number) => ({ effective: { mode: "afterGap", seconds } });
  const lots = (t: TestLine) => t.ledger.of("unit").map((e) => e.body.context.lot);

  test("EffectiveMode 3: with the first unit after the gap, not before and not within it", async () => {
    const t = aLine();
    t.unit(pass);
    expect(await ask(t, set({ lot: "L2" }, afterGap(5)))).toMatchObject({ state: "pending", fromSequence: 0 });
    t.clock.advance(4_900);
    t.unit(pass);
    t.clock.advance(5_000);
    t.unit(pass);
    t.unit(pass);
    await t.settle();
    expect(lots(t)).toEqual(["", "", "L2", "L2"]);
  });

  // What nobody watched is unknown: units may have passed while the program was down.
  test("time without the program is no gap, and the promise outlives it", async () => {
    const before = aLine();
    before.unit(pass);
    await ask(before, set({ lot: "L2" }, afterGap(20)));
    before.clock.advance(21_000);
    const after = aLine({}, before);
    after.unit(pass);
    after.clock.advance(20_000);
    after.unit(pass);
    await after.settle();
    expect(lots(after)).toEqual(["", "", "L2"]);
  });

  test("EffectiveMode 2: between the units before and after the lot marker", async () => {
    const t = aLine();
    await ask(t, set({ lot: "L2" }, { effective: { mode: "atLotMarker" } }));
    const open = t.unit();
    t.unit(pass);
    t.line.lotMarker();
    t.unit(pass);
    t.judge(open);
    await t.settle();
    expect(lots(t)).toEqual(["", "", "L2"]);
    t.line.lotMarker(); // nothing waits any more
    t.unit(pass);
    await t.settle();
    expect(t.line.state.context.revision).toBe(1);
  });

  test("a station whose trigger tells no marker refuses mode 2 and says what else there is", async () => {
    const t = aLine({ context: { owner: "mes", lotMarkers: false } });
    expect(await ask(t, set({ lot: "A" }, { effective: { mode: "atLotMarker" } }))).toMatchObject({
      code: "notSupported",
      message: expect.stringContaining("after a gap"),
    });
    expect(await ask(t, set({}, { effective: { mode: "atLotMarker" } }))).toMatchObject({
      code: "invalidArgument",
      problems: [{ argument: "lot" }, { argument: "effectiveMode" }],
    });
  });

  test("what has waited too long does not take effect, also when its moment comes before anybody looked", async () => {
    const t = aLine();
    t.unit(pass);
    await ask(t, set({ lot: "L2" }, { effective: { mode: "atTrigger", triggerId: 2 } }));
    t.clock.advance(61_000);
    t.unit(pass);
    await t.settle();
    expect(t.ledger.of("pending").map((e) => e.body.event)).toEqual(["set", "expired"]);
    expect(lots(t)).toEqual(["", ""]);
  });
});

describe("a trigger id that has passed would wait for the round after", () => {
  const at = (triggerId: number) => set({ lot: "L2" }, { effective: { mode: "atTrigger", triggerId } });
  test("it is refused, also while its unit is still open; the next one is not", async () => {
    const t = aLine();
    t.unit(pass);
    t.unit(pass);
    const open = t.unit();
    for (const id of [1, 2, open])
      expect(await ask(t, at(id))).toMatchObject({ outcome: "refused", problems: [{ argument: "effectiveTrigger" }] });
    const next = t.line.command(at(open + 1));
    t.judge(open);
    expect(await next).toMatchObject({ state: "pending" });
  });

  test("ids come round: half the circle lies behind, half ahead", () => {
    const passedAt = (triggerId: number, triggers: number) => (id: number) => hasPassed(id, { triggerId, triggers });
    expect([65_535, 60_000, 3, 4, 5].map(passedAt(3, 100_000))).toEqual([true, true, true, false, false]);
    // Ids that nobody has used yet are to come, however far round.
    expect([65_535, 60_000, 1, 3].map(passedAt(3, 3))).toEqual([false, false, true, true]);
    expect([1, 65_535].map(passedAt(0, 0))).toEqual([false, false]);
  });
});

describe("only the owner says what is made", () => {
  const sources: readonly CommandSource[] = ["opcua", "tags", "jobs", "plc", "local"];
  test.each([
    ["mes", ["opcua", "tags"]],
    ["jobs", ["jobs"]],
    ["plc", ["plc"]],
    ["local", ["local"]],
  ] as const)("%s: %s", async (owner, allowed) => {
    const accepted: string[] = [];
    for (const source of sources) {
      const t = aLine({ context: { owner, lotMarkers: false } });
      const answer = await ask(t, set({ lot: "A" }, { source }));
      if (answer.outcome === "accepted") accepted.push(source);
      else expect(answer).toMatchObject({ code: "notOwner", message: expect.stringContaining("context.owner") });
    }
    expect(accepted).toEqual(allowed);
  });
});

describe("what was promised is kept", () => {
  // A disk that was full at the very trigger must not make the rest of the shift run under the old lot.
  test("a pending context takes effect also when the unit of its trigger is lost", async () => {
    const t = aLine({ maximumWaiting: 3 });
    t.unit(pass);
    await ask(t, set({ lot: "L2" }, { effective: { mode: "atTrigger", triggerId: 6 } }));
    t.ledger.fail = new Unwritable("no space");
    for (let n = 0; n < 8; n++) t.unit(pass);
    t.ledger.fail = undefined;
    await new Promise((resolve) => setTimeout(resolve, 600));
    t.unit(pass);
    await t.settle();
    expect(t.ledger.of("unit").at(-1)?.body.context.lot).toBe("L2");
  });

  test("a refused ClearContext leaves the pending context alone", async () => {
    const t = aLine();
    await ask(t, set({ lot: "L2" }, { effective: { mode: "atTrigger", triggerId: 900 } }));
    expect(await ask(t, { ...lotCommand("clearContext"), expectedRevision: 9 } as Command)).toMatchObject({
      outcome: "refused",
    });
    expect(t.line.state.pending?.fields.lot).toBe("L2");
    await ask(t, lotCommand("clearContext"));
    expect(t.line.state.pending).toBeUndefined();
  });

  // Every command, in the same words: a client that knows one refusal knows them all.
  test("while the disk takes nothing, each kind of command is refused with the reason and the remedy", async () => {
    const t = aLine({ consumers: [{ id: "MES-1", application: "urn:mes", from: "oldest" }] });
    t.unit(pass);
    await t.settle();
    t.ledger.fail = new Unwritable("no space");
    t.unit(pass);
    await t.settle();
    const { expectedRevision: _, effective: __, ...origin } = base;
    const commands = [
      set({ lot: "A" }),
      { ...origin, kind: "acknowledgeResults", consumer: "MES-1", ranges: [[1, 1]] },
      { ...origin, alarm: "CameraLost", kind: "disableAlarm" },
      { ...origin, kind: "setDisposition", clusterId: "C", disposition: "hold", comment: "" },
      { ...origin, kind: "controlJob", jobOrderId: "J1", action: "stop", comment: "" },
    ] as Command[];
    const answers = await Promise.all(commands.map((command) => t.line.command(command)));
    const message =
      "nothing can be recorded at present (no space), so nothing was changed; make room on the disk and try again";
    expect(answers).toEqual(commands.map(() => ({ outcome: "refused", code: "storage", message, problems: [] })));
    t.ledger.fail = undefined;
  });

  test("a shift's counts begin anew only with another shift", async () => {
    const t = aLine();
    t.unit(pass);
    await ask(t, set({ lot: "A" }));
    expect(t.line.state.shift).toMatchObject({ name: "", counts: { units: 1 } });
    await ask(t, set({ lot: "A", shift: "LATE" }));
    expect(t.line.state.shift).toMatchObject({ name: "LATE", counts: { units: 0 } });
  });
});

// StartLot and EndLot say nothing of the rest: what somebody changed while they waited must not come back.
describe("a lot that waits for its moment", () => {
  const atTrigger = (triggerId: number) => ({ effective: { mode: "atTrigger", triggerId } as const });
  const afterGap = { effective: { mode: "afterGap", seconds: 5 } as const };
  const lotEvents = (t: TestLine) => t.ledger.of("lot").map((e) => `${e.body.event} ${e.body.lot}`);

  test("StartLot begins with the rest of the context that is in force by then, also after a restart", async () => {
    const before = aLine();
    await ask(before, set({ lot: "L1", sku: "OLD", orderId: "O1" }));
    await ask(before, { ...base, kind: "startLot", lot: "L2", ...atTrigger(3) });
    await ask(before, set({ lot: "L1", sku: "NEW", orderId: "O2" }));
    const after = aLine({}, before);
    for (let n = 0; n < 3; n++) after.unit(pass);
    await after.settle();
    expect(after.line.state.context).toMatchObject({ lot: "L2", sku: "NEW", orderId: "O2", revision: 3 });
  });

  test("EndLot leaves the rest, and does not end another lot than it was called for", async () => {
    const t = aLine();
    await ask(t, set({ lot: "L1", sku: "OLD" }));
    await ask(t, { ...base, kind: "endLot", ...afterGap });
    await ask(t, set({ lot: "L1", sku: "NEW" }));
    t.clock.advance(6_000);
    t.unit(pass);
    await t.settle();
    expect(t.line.state.context).toMatchObject({ lot: "", sku: "NEW" });
    await ask(t, { ...base, kind: "startLot", lot: "L2" });
    await ask(t, { ...base, kind: "endLot", ...afterGap });
    await ask(t, { ...base, kind: "startLot", lot: "L3" });
    expect(t.line.state.pending).toBeUndefined(); // so that the next may wait
    expect(t.ledger.of("pending").at(-1)?.body.event).toBe("cleared");
    t.clock.advance(6_000);
    t.unit(pass);
    await t.settle();
    expect(t.line.state.context.lot).toBe("L3");
    expect(lotEvents(t)).toEqual(["started L1", "ended L1", "started L2", "ended L2", "started L3"]);
  });

  test("an entry of a version that kept the whole context still takes effect", async () => {
    const before = aLine();
    const fields = { ...emptyFields, lot: "L9", sku: "S" };
    const body = {
      event: "set",
      pending: { triggerId: 1, fields, expiresAt: 9e15, source: "opcua", by: "mes" },
    } as const;
    await before.settle();
    await before.ledger.append([
      { station: "LINE-01", kind: "pending", time: before.line.time.now(), by: "mes", body },
    ]);
    const after = aLine({}, before);
    after.unit(pass);
    await after.settle();
    expect(after.line.state.context).toMatchObject({ lot: "L9", sku: "S" });
  });
});

// A unit that waits for its verdict holds everything behind it: what was called first must still win.
describe("who was first is decided by the place in the order", () => {
  const soon = { effective: { mode: "afterGap", seconds: 3 } as const };

  test("ClearContext that was called before the trigger of a pending context leaves nothing in force", async () => {
    const t = aLine();
    await ask(t, set({ lot: "A" }));
    await ask(t, set({ lot: "B" }, { effective: { mode: "atTrigger", triggerId: 2 } }));
    const open = t.unit();
    const clear = t.line.command(lotCommand("clearContext"));
    t.unit(pass); // trigger 2
    t.judge(open);
    await t.settle();
    expect(await clear).toMatchObject({ outcome: "accepted", state: "effective" });
    expect(t.line.state.context.lot).toBe("");
    expect(t.line.state.pending).toBeUndefined();
    expect(t.ledger.of("unit").map((e) => e.body.context.lot)).toEqual(["A", ""]);
  });

  test("one that is refused at its place lets the pending context take effect, whose trigger came meanwhile", async () => {
    const t = aLine();
    await ask(t, set({ lot: "A" }));
    await ask(t, set({ lot: "B" }, { effective: { mode: "atTrigger", triggerId: 2 } }));
    const open = t.unit();
    const clear = t.line.command({ ...lotCommand("clearContext"), expectedRevision: 9 } as Command);
    t.unit(pass);
    t.judge(open);
    await t.settle();
    expect(await clear).toMatchObject({ code: "revisionMismatch" });
    expect(t.ledger.of("unit").map((e) => e.body.context.lot)).toEqual(["A", "B"]);
  });

  test("of two commands with one expected revision the second is refused, also when it is to wait", async () => {
    const t = aLine();
    await ask(t, set({ lot: "A" }));
    const open = t.unit();
    const both = [set({ lot: "B" }, { expectedRevision: 1 }), set({ lot: "C" }, { expectedRevision: 1, ...soon })];
    const answers = both.map((command) => t.line.command(command));
    t.judge(open);
    await t.settle();
    expect(await Promise.all(answers)).toMatchObject([{ outcome: "accepted" }, { code: "revisionMismatch" }]);
    t.clock.advance(4_000);
    t.unit(pass);
    await t.settle();
    expect(t.line.state.context.lot).toBe("B");
  });

  test("a context whose trigger comes before its own place is in force with that trigger", async () => {
    const t = aLine();
    const open = t.unit();
    const answers = ["B", "C"].map((lot) =>
      t.line.command(set({ lot }, { effective: { mode: "atTrigger", triggerId: 2 } })),
    );
    t.unit(pass);
    t.judge(open);
    await t.settle();
    expect(await Promise.all(answers)).toMatchObject([{ state: "pending" }, { code: "alreadyPending" }]);
    expect(t.ledger.of("unit").map((e) => e.body.context.lot)).toEqual(["", "B"]);
  });
});

describe("lots", () => {
  test("a new lot ends the one before with its totals; an ended lot that starts again is resumed", async () => {
    const t = aLine();
    await ask(t, set({ lot: "A" }));
    t.unit(pass);
    t.unit(pass);
    await ask(t, set({ lot: "B" }));
    t.unit(pass);
    await ask(t, { ...base, kind: "startLot", lot: "A" });
    t.unit(pass);
    await ask(t, lotCommand("endLot"));
    const lots = t.ledger.of("lot").map((e) => [e.body.event, e.body.lot, e.body.counts.units]);
    expect(lots).toEqual([
      ["started", "A", 0],
      ["ended", "A", 2],
      ["started", "B", 0],
      ["ended", "B", 1],
      ["started", "A", 2],
      ["ended", "A", 3],
    ]);
    expect(t.ledger.of("unit").map((e) => e.body.lotSequence)).toEqual([1, 2, 1, 3]);
    // The lot's end says where the chain stood, and that its numbers are all accounted for.
    const last = t.ledger.committed.findLastIndex(({ entry }) => entry.kind === "lot");
    expect(t.ledger.committed[last]!.entry.body).toMatchObject({
      reconciled: true,
      tally: { sequences: 3, lotSequence: 3 },
      headHash: t.ledger.committed[last - 1]!.hash,
    });
  });
});

describe("what cannot be is refused, and the old context stays whole", () => {
  const refusals: [string, Command, object][] = [
    ["an empty lot", set({}), { code: "invalidArgument", problems: [{ argument: "lot" }] }],
    [
      "text over 254 characters",
      set({ lot: "x".repeat(255) }),
      { code: "invalidArgument", problems: [{ argument: "lot" }] },
    ],
    ["control characters", set({ lot: "A", operator: "a\u0000b" }), { problems: [{ argument: "operator" }] }],
    ["an unknown recipe", set({ lot: "A", recipeId: "NO" }), { problems: [{ argument: "recipeId" }] }],
    ["another revision", set({ lot: "A" }, { expectedRevision: 9 }), { code: "revisionMismatch" }],
    [
      "trigger id 0",
      set({ lot: "A" }, { effective: { mode: "atTrigger", triggerId: 0 } }),
      { problems: [{ argument: "effectiveTrigger" }] },
    ],
  ];
  test.each(refusals)("%s", async (_, command, expected) => {
    const t = aLine();
    await ask(t, set({ lot: "OLD", recipeId: "SNACK-BAG" }));
    const old = t.line.state.context;
    expect(await ask(t, command)).toMatchObject({ outcome: "refused", ...expected });
    expect(t.line.state.context).toEqual(old);
  });

  test("everything that is wrong is said at once, also what the interface could not read", async () => {
    const unreadable = [{ argument: "runType", problem: "must be 0..3" }];
    const effective = { mode: "afterGap", seconds: 0 };
    expect(await ask(aLine(), set({ recipeId: "NO" }, { unreadable, effective }))).toMatchObject({
      problems: [
        { argument: "lot" },
        { argument: "recipeId" },
        { argument: "runType" },
        { argument: "effectiveTrigger" },
      ],
    });
    const answer = await ask(aLine(), set({ recipeId: "NO", targetQuantity: -1 }));
    expect(answer).toMatchObject({
      problems: [{ argument: "lot" }, { argument: "recipeId" }, { argument: "targetQuantity" }],
    });
  });

  test("the same context twice is accepted with the same revision, and writes nothing", async () => {
    const t = aLine();
    const first = await ask(t, set({ lot: "A" }));
    const entries = t.ledger.committed.length;
    expect(await ask(t, set({ lot: "A" }))).toEqual({ ...first, state: "unchanged" });
    expect(t.ledger.committed).toHaveLength(entries);
  });

  // Two MES instances that both read revision 1 must not both believe that they set revision 2.
  test("of two commands with the same expected revision, one wins", async () => {
    const t = aLine();
    await ask(t, set({ lot: "A" }));
    const both = [set({ lot: "B" }, { expectedRevision: 1 }), set({ lot: "C" }, { expectedRevision: 1 })].map((c) =>
      t.line.command(c),
    );
    await t.settle();
    expect((await Promise.all(both)).map((a) => a.outcome)).toEqual(["accepted", "refused"]);
    expect(t.line.state.context.lot).toBe("B");
  });

  test("ending a lot when none runs", async () => {
    expect(await ask(aLine(), lotCommand("endLot"))).toMatchObject({ outcome: "refused", code: "wrongState" });
  });
});
