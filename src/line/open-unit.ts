import type { Judgement } from "../domain/judgement.ts";
import { type Recipe, recipeRef, recipeText } from "../domain/recipe.ts";
import type { CameraResult, ModelRef, UnitKind, UnitRecord } from "../domain/unit-record.ts";
import { isRejectRequested } from "../domain/unit-record.ts";
import { isWorse, type NotInspectedReason, troubleOf, type Verdict } from "../domain/verdict.ts";
import { contextOf, type StationState } from "../projections/station-state.ts";

/** One trigger on its way to its record: collects one judgement per camera until all are there, or time is up. */
export interface OpenUnit {
  readonly triggerId: number;
  /** Monotonic ms of the trigger. */
  readonly at: number;
  /** Station time of the trigger, UTC ms. */
  readonly triggeredAt: number;
  /** False when this camera has already answered. */
  add(judgement: Judgement): boolean;
  readonly complete: boolean;
  /** Cameras that have not answered. */
  missing(): readonly string[];
  /** Fixes the outcome: cameras that did not answer are `notInspected` for this reason. Once; later calls change nothing. */
  close(
    reason: NotInspectedReason,
    now: { readonly monotonic: number; readonly station: number },
    detail?: string,
  ): void;
  readonly closed: boolean;
  /** Every camera looked and saw nothing: silence is no evidence of an empty belt. Only once closed. */
  readonly isAbsent: boolean;
  /** Everything that was read from it: a test piece is known by it. */
  readonly codes: readonly string[];
  /** The record, given everything before it in the ledger. Only once closed. */
  record(
    state: StationState,
    facts: { readonly clockSynchronized: boolean; readonly simulated: boolean; readonly isTestPiece?: boolean },
  ): UnitRecord;
  /** What the cameras said, worst first deciding. Only once closed. */
  readonly results: readonly CameraResult[];
}

/** One camera saw a unit, so it was there: what another did not see of it, nobody inspected. */
const notSeenHere: Verdict = {
  kind: "invalid",
  reason: "mislocated",
  detail: "nothing seen here, another camera saw a unit",
};
/** Whether this camera looked at something; a picture that nobody can use shows nothing. */
const sawUnit = ({ unitKind, verdict }: Judgement): boolean =>
  unitKind === "production" && verdict.kind !== "notInspected" && !troubleOf(verdict);

export function openUnit(
  triggerId: number,
  at: number,
  triggeredAt: number,
  recipe: Recipe,
  cameras: readonly string[],
  toStationTime: (wall: number) => number,
): OpenUnit {
  const judgements = new Map<string, Judgement>();
  let results: readonly CameraResult[] = [];
  let decided: { readonly at: number; readonly station: number } | undefined;

  const isByIts = ({ recipe: { hash } }: Judgement): boolean => hash === recipe.hash;
  /** What its own recipe found. */
  const accepted = (): readonly Judgement[] => [...judgements.values()].filter(isByIts);

  const result = (cameraId: string, reason: NotInspectedReason, detail?: string): CameraResult => {
    const j = judgements.get(cameraId);
    if (!j) return { cameraId, verdict: { kind: "notInspected", reason, ...(detail !== undefined && { detail }) } };
    const by = j.recipe;
    // By another recipe than its context's it was not inspected, whatever that one found.
    if (!isByIts(j))
      return {
        cameraId,
        verdict: {
          kind: "notInspected",
          reason: "noModel",
          detail: `seen by recipe ${recipeText(by)}, to be inspected by ${recipeText(recipe)}`,
        },
      };
    const { verdict: given, exposedAt, inferenceMs, score: raw, measures, texts, imageRef } = j;
    const missed = j.unitKind === "absent" && accepted().some(sawUnit);
    const verdict: Verdict = missed ? notSeenHere : given;
    const score = missed ? undefined : raw; // of an empty place: nothing that the model's drift can be told by
    return {
      cameraId,
      verdict,
      ...(exposedAt !== undefined && { exposedAt: Math.round(toStationTime(exposedAt)) }),
      ...(inferenceMs !== undefined && { inferenceMs: Math.round(inferenceMs * 100) / 100 }),
      ...(score !== undefined && { score }),
      ...(measures && { measures }),
      ...(texts && { texts }),
      ...(imageRef !== undefined && { imageRef }),
    };
  };

  return {
    triggerId,
    at,
    triggeredAt,
    add(judgement) {
      if (decided || judgements.has(judgement.cameraId)) return false;
      judgements.set(judgement.cameraId, judgement);
      return true;
    },
    get complete() {
      return judgements.size === cameras.length;
    },
    missing: () => cameras.filter((id) => !judgements.has(id)),
    close(reason, { monotonic, station }, detail) {
      if (decided) return;
      decided = { at: monotonic, station };
      results = cameras.map((id) => result(id, reason, detail));
    },
    get closed() {
      return decided !== undefined;
    },
    get results() {
      return results;
    },
    get isAbsent() {
      const answers = accepted();
      return answers.length === cameras.length && answers.every((j) => j.unitKind === "absent");
    },
    get codes() {
      return accepted().flatMap(({ unitId, texts = {} }) => [
        ...(unitId === undefined ? [] : [unitId]),
        ...Object.values(texts),
      ]);
    },
    record(state, { clockSynchronized, simulated, isTestPiece }) {
      if (!decided) throw new Error(`unit of trigger ${triggerId} has no outcome yet`);
      const worst = results.reduce((a, b) => (isWorse(b.verdict, a.verdict) ? b : a));
      const verdict: Verdict = worst.verdict;
      const answers = accepted();
      const unitKind: UnitKind = this.isAbsent ? "absent" : isTestPiece ? "challenge" : "production";
      const model: ModelRef | undefined = answers.find((j) => j.cameraId === worst.cameraId)?.model;
      const code = answers.find((j) => j.unitId !== undefined);
      const inLot = unitKind === "production" && state.lot?.open && state.context.lot === state.lot.lot;
      return {
        sequence: state.sequence + 1,
        previousSequence: state.sequence,
        lotSequence: inLot ? state.lot.counts.units + 1 : 0,
        triggerId,
        unitKind,
        triggeredAt,
        decidedAt: Math.max(triggeredAt, decided.station),
        latencyMs: Math.round((decided.at - at) * 100) / 100,
        verdict,
        ...(judgements.has(worst.cameraId) && { cameraId: worst.cameraId }),
        cameras: results,
        ...(code?.unitId !== undefined && { unitId: code.unitId, unitIdSource: code.unitIdSource ?? "code" }),
        context: contextOf(state),
        ...(model && { model }),
        ...(recipe.id !== "" && { recipe: recipeRef(recipe) }),
        rejectRequested: isRejectRequested(unitKind, verdict, recipe.reject),
        clockSynchronized,
        ...(worst.imageRef !== undefined && { imageRef: worst.imageRef }),
        simulated,
      };
    },
  };
}
