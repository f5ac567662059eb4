import { alarmSettings } from "../../src/domain/alarm.ts";
import type { Judgement } from "../../src/domain/judgement.ts";
import type { Committed, EntryDraft, EntryKind, LedgerEntry } from "../../src/domain/ledger-entry.ts";
import {
  defaultEvidencePolicy,
  defaultRejectPolicy,
  type LoadedRecipe,
  type Recipe,
  type RecipeRef,
  recipeName,
  recipeRef,
} from "../../src/domain/recipe.ts";
import type { SelfTestAnswer } from "../../src/domain/self-test.ts";
import type { Trigger } from "../../src/domain/trigger.ts";
import type { Verdict } from "../../src/domain/verdict.ts";
import { createLine, type Line, type LineOptions } from "../../src/line/line.ts";
import type { RecipePort } from "../../src/line/recipe-port.ts";
import { silentLog } from "../../src/platform/log.ts";
import { emptyStation, foldEntry, type StationState } from "../../src/projections/station-state.ts";
import { type FakeClock, fakeClock } from "./fake-clock.ts";

/** A valid recipe; a test states only what it is about. The hash follows the name. */
export const aRecipe = (over: Partial<Recipe> = {}): Recipe => {
  const { id = "SNACK-BAG", version = 1 } = over;
  return {
    id,
    version,
    hash: `hash of ${id}@${version}`,
    title: "",
    skus: [],
    cameras: { "CAM-01": { zones: {}, steps: [] } },
    classes: {},
    reject: defaultRejectPolicy,
    evidence: defaultEvidencePolicy,
    ...over,
  };
};
const ownRecipe = aRecipe();
/** The line's own recipe, as a vision process reports it. */
export const aLoadedRecipe: LoadedRecipe = {
  recipe: recipeRef(ownRecipe),
  models: [{ id: "snack-bag@2", hash: "ab" }],
};

/** What makes recipes ready, at a test's word. */
export interface TestRecipes extends RecipePort {
  /** Every call in order: `prepare B@1`, `activate B@1`, and each look with its trigger: `look 3`; `give up`. */
  readonly calls: string[];
  /** Of each `activate`: whether what inspected before may take its place back. */
  readonly waysBack: boolean[];
  /** Answers what is being prepared; `undefined` = it is ready. */
  answer(problem?: string): void;
}

/** @param atOnce answers by itself that it is ready */
export function testRecipes(atOnce = false): TestRecipes {
  const calls: string[] = [];
  const waysBack: boolean[] = [];
  let waiting: ((problem: string | undefined) => void) | undefined;
  return {
    calls,
    prepare(recipe) {
      calls.push(`prepare ${recipeName(recipe)}`);
      return atOnce
        ? Promise.resolve(undefined)
        : new Promise((resolve) => {
            waiting = resolve;
          });
    },
    activate(recipe, { fallback }) {
      calls.push(`activate ${recipeName(recipe)}`);
      waysBack.push(fallback);
    },
    giveUp: () => void calls.push("give up"),
    waysBack,
    loaded: (recipe) => ({
      models: [{ id: `model-of-${recipe.id.toLowerCase()}@1`, hash: "ef" }],
      files: { [`${recipe.id.toLowerCase()}.png`]: "fe" },
    }),
    answer(problem) {
      waiting?.(problem);
      waiting = undefined;
    },
  };
}

/** A ledger in memory that a test can stop from working. */
export interface MemoryLedger {
  /** What appends wait for; a test may keep them waiting. */
  until: Promise<void>;
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
    until: Promise.resolve(),
    async append(drafts) {
      await this.until;
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
  /** What the models' golden samples come to. */
  readonly selfTests: { answer: SelfTestAnswer };
  readonly line: Line;
  readonly clock: FakeClock;
  readonly ledger: MemoryLedger;
  /** Triggers that the vision process was asked to look at. */
  readonly looked: Trigger[];
  readonly recipes: TestRecipes;
  /** One trigger now, judged at once unless `verdict` is undefined. Returns its trigger id. */
  unit(verdict?: Verdict): number;
  /** By the recipe that ran at the trigger, unless `over` says another. */
  judge(triggerId: number, verdict?: Verdict, cameraId?: string, over?: Partial<Judgement>): void;
  /** Keeps the disk from taking anything, or lets it go on. */
  stall(on: boolean): void;
  /** Lets everything that waits for a promise go on. */
  settle(): Promise<void>;
}

export const pass: Verdict = { kind: "pass", confidence: 0.9 };
export const fail: Verdict = { kind: "fail", confidence: 0.8, defects: [{ class: "ANOMALY", confidence: 0.8 }] };

/** A running line on a fake clock and a ledger in memory; `ledger` and `clock` of an earlier one continue it after a "crash". */
export function aLine(
  over: Partial<LineOptions> = {},
  from: { clock?: FakeClock; ledger?: MemoryLedger; vision?: boolean; recipes?: TestRecipes } = {},
): TestLine {
  const clock = from.clock ?? fakeClock();
  const ledger = from.ledger ?? memoryLedger();
  const recipes = from.recipes ?? testRecipes();
  const looked: Trigger[] = [];
  const ranAt = new Map<number, RecipeRef>();
  const selfTests: TestLine["selfTests"] = {
    answer: { passed: true, models: aLoadedRecipe.models, samples: 3, maxDeviation: 0.01, details: "3 samples" },
  };
  const initial: StationState = ledger.committed.reduce(foldEntry, emptyStation("LINE-01"));
  const line = createLine(
    {
      station: "LINE-01",
      cameras: ["CAM-01"],
      deadlineMs: 250,
      starvedAfterMs: 10_000,
      context: { owner: "mes", lotMarkers: true },
      recipes: { own: ownRecipe, all: [ownRecipe] },
      timeZone: "Europe/Berlin",
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
      look(trigger) {
        recipes.calls.push(`look ${trigger.triggerId}`);
        ranAt.set(trigger.triggerId, recipeRef(line.recipe));
        return looked.push(trigger) > 0;
      },
      recipes,
      selfTest: async () => selfTests.answer,
      onCommitted: () => undefined,
      onFatal: (error) => {
        throw error;
      },
    },
    initial,
  );
  line.start();
  if (from.vision !== false) line.vision({ up: true, loaded: aLoadedRecipe, simulated: true });
  const judge: TestLine["judge"] = (triggerId, verdict = pass, cameraId = "CAM-01", over = {}) =>
    line.judge({
      ...{ station: "LINE-01", triggerId, cameraId, verdict, unitKind: "production", exposedAt: clock.wall() },
      recipe: ranAt.get(triggerId) ?? recipeRef(line.recipe),
      ...over,
    });
  let flow = (): void => undefined;
  return {
    line,
    clock,
    ledger,
    looked,
    recipes,
    selfTests,
    judge,
    unit(verdict) {
      line.trigger(clock.monotonic());
      const { triggerId } = looked.at(-1) ?? { triggerId: 0 };
      if (verdict) judge(triggerId, verdict);
      return triggerId;
    },
    stall(on) {
      flow();
      ledger.until = on
        ? new Promise((resolve) => {
            flow = resolve;
          })
        : Promise.resolve();
    },
    async settle() {
      for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
