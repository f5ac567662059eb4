import { alarmSettings } from "../../src/domain/alarm.ts";
import type { Committed, EntryDraft, EntryKind, LedgerEntry } from "../../src/domain/ledger-entry.ts";
import type { LoadedRecipe } from "../../src/domain/recipe.ts";
import type { Trigger } from "../../src/domain/trigger.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { createLine, type Line, type LineOptions } from "../../src/line/line.ts";
import { silentLog } from "../../src/platform/log.ts";
import { emptyStation, foldEntry, type StationState } from "../../src/projections/station-state.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";

/** A bare model, as a vision process reports it. */
export const aLoadedRecipe: LoadedRecipe = {
  recipe: { id: "", version: 0, hash: "cd" },
  models: [{ id: "snack-bag@2", hash: "ab" }],
};

/** A ledger in memory that a test can stop from working. */
export interface MemoryLedger {
  readonly committed: Committed[];
  fail: Error | undefined;
  append(drafts: readonly EntryDraft[]): Promise<readonly Committed[]>;
  of<K extends EntryKind>(kind: K): Extract<LedgerEntry, { kind: K }>[];
}

export function memoryLedger(): MemoryLedger {
  const committed: Committed[] = [];
  return {
    committed,
    fail: undefined,
    async append(drafts) {
      if (this.fail) throw this.fail;
      const added = drafts.map((draft, n): Committed => {
        const offset = committed.length + n + 1;
        return {
          entry: { ...draft, v: 1, offset, committedAt: draft.time },
          hash: offset.toString(16).padStart(64, "0"),
        };
      });
      committed.push(...added);
      return added;
    },
    of: (kind) => committed.map((c) => c.entry).filter((e) => e.kind === kind) as never,
  };
}

export interface TestLine {
  readonly line: Line;
  readonly clock: FakeClock;
  readonly ledger: MemoryLedger;
  /** Triggers that the vision process was asked to look at. */
  readonly looked: Trigger[];
  /** One trigger now, judged at once unless `verdict` is undefined. Returns its trigger id. */
  unit(verdict?: Verdict): number;
  judge(triggerId: number, verdict?: Verdict, cameraId?: string): void;
  /** Lets everything that waits for a promise go on. */
  settle(): Promise<void>;
}

export const pass: Verdict = { kind: "pass", confidence: 0.9 };
export const fail: Verdict = { kind: "fail", confidence: 0.8, defects: [{ class: "ANOMALY", confidence: 0.8 }] };

/** A running line on a fake clock and a ledger in memory; `ledger` and `clock` of an earlier one continue it after a "crash". */
export function aLine(
  over: Partial<LineOptions> = {},
  from: { clock?: FakeClock; ledger?: MemoryLedger; vision?: boolean } = {},
): TestLine {
  const clock = from.clock ?? fakeClock();
  const ledger = from.ledger ?? memoryLedger();
  const looked: Trigger[] = [];
  const initial: StationState = ledger.committed.reduce(foldEntry, emptyStation("LINE-01"));
  const line = createLine(
    {
      station: "LINE-01",
      cameras: ["CAM-01"],
      deadlineMs: 250,
      starvedAfterMs: 10_000,
      context: { recipes: ["SNACK-BAG"], owner: "mes", lotMarkers: true },
      pendingExpiryMs: 60_000,
      maximumWaiting: 100,
      alarms: alarmSettings(),
      maximumShelvingMs: 3_600_000,
      consumers: [],
      ...over,
    },
    {
      clock,
      log: silentLog,
      append: (drafts) => ledger.append(drafts),
      findEndedLot: async (lot) =>
        ledger.of("lot").findLast((e) => e.body.lot === lot && e.body.event === "ended")?.body,
      look: (trigger) => looked.push(trigger) > 0,
      onCommitted: () => undefined,
      onFatal: (error) => {
        throw error;
      },
    },
    initial,
  );
  line.start();
  if (from.vision !== false) line.vision({ up: true, loaded: aLoadedRecipe, simulated: true });
  const judge = (triggerId: number, verdict: Verdict = pass, cameraId = "CAM-01"): void =>
    line.judge({ station: "LINE-01", triggerId, cameraId, verdict, unitKind: "production", exposedAt: clock.wall() });
  return {
    line,
    clock,
    ledger,
    looked,
    judge,
    unit(verdict) {
      line.trigger(clock.monotonic());
      const { triggerId } = looked.at(-1) ?? { triggerId: 0 };
      if (verdict) judge(triggerId, verdict);
      return triggerId;
    },
    async settle() {
      for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
