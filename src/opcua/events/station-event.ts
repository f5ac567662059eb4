import { alarmTypeOf } from "../../../nodeset/alarm-types.ts";
import { enumerations } from "../../../nodeset/enumerations.ts";
import type { EventTypeName, eventTypes, StandardEventType } from "../../../nodeset/events.ts";
import type { RowValue } from "../../../nodeset/model.ts";
import { runTypes } from "../../domain/context.ts";
import { type Counts, defectRate, noCounts, quality, triggersOf } from "../../domain/counts.ts";
import { jobStateNumbers } from "../../domain/job.ts";
import type { Committed, EntryBodies, EntryKind, LotBody, RecipeBody } from "../../domain/ledger-entry.ts";
import { lineStateCodes } from "../../domain/line-state.ts";
import { type RecipeRef, recipeText } from "../../domain/recipe.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import type { VerdictKind } from "../../domain/verdict.ts";
import { lastMillisecondOf, minuteMs } from "../../projections/minutes.ts";
import type { StationSetup } from "../messages.ts";
import { unitFacts } from "../unit-facts.ts";
import { alarmFacts, alarmMessage } from "./alarm-facts.ts";
import { challengeFacts } from "./challenge-facts.ts";
import { clusterFacts } from "./cluster-facts.ts";
import { conditionFields } from "./condition-fields.ts";
import type { PlainValue } from "./plain-value.ts";
import { visionEvents } from "./vision-events.ts";

/** A value per field of an event type; `undefined` is null on the wire. A field without a row is a compile error. */
type FieldValues<E extends EventTypeName> = {
  readonly [K in keyof (typeof eventTypes)[E]["fields"]]: RowValue<(typeof eventTypes)[E]["fields"][K]> | undefined;
};

/** What an entry means to clients, in the words of the model. */
export interface StationEvent {
  readonly type: EventTypeName | StandardEventType;
  /** Station time of what happened (UTC ms): the trigger, the last millisecond of the minute. */
  readonly time: number;
  /** 1..1000 (OPC 10000-5 §6.4.2). */
  readonly severity: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, boolean | number | string | undefined>>;
  /** Present for a unit: its `Result` is filled from the record. */
  readonly unit?: UnitRecord;
  /** Where it happened, as `SourceNode` and `SourceName`; the station when absent. */
  readonly source?: { readonly nodeId: string; readonly name: string };
  /** Fields that the type inherits, by path, e.g. `AckedState/Id`. */
  readonly inherited?: Readonly<Record<string, PlainValue>>;
}
const event = <E extends EventTypeName>(
  type: E,
  rest: Omit<StationEvent, "type" | "fields"> & { readonly fields: FieldValues<E> },
): StationEvent => ({ type, ...rest });

/** What every event says about where it comes from. */
const originOf = (setup: StationSetup, ledgerId: string, { hash }: Committed) => ({
  StationId: setup.id,
  LineId: setup.lineId,
  LedgerId: ledgerId,
  RecordHash: hash,
});
type Origin = ReturnType<typeof originOf>;

const countFields = (c: Counts) => ({
  UnitCount: c.units,
  PassCount: c.pass,
  FailCount: c.fail,
  InvalidCount: c.invalid,
  NotInspectedCount: c.notInspected,
  RejectedCount: c.rejected,
  TriggerCount: triggersOf(c),
  AbsentCount: c.absent,
  ChallengeCount: c.challenge,
  ReworkCount: c.rework,
  SampleCount: c.sample,
  DefectRate: defectRate(c),
  Quality: quality(c),
});
/** Of what has not begun: null on the wire, never 0. */
const unknownCounts = Object.fromEntries(Object.keys(countFields(noCounts)).map((name) => [name, undefined])) as Record<
  keyof ReturnType<typeof countFields>,
  undefined
>;
const lotFields = (origin: Origin, lot: LotBody) => ({
  ...origin,
  OrderId: lot.orderId,
  Lot: lot.lot,
  Sku: lot.sku,
  StartedAt: lot.startedAt,
  FirstSequence: lot.firstSequence,
  LastSequence: lot.lastSequence,
});

const versioned = ({ version }: RecipeRef): string => (version === 0 ? "" : String(version));
const recipeChanges: Readonly<Record<RecipeBody["event"], string>> = {
  activated: "in use from",
  rolledBack: "in use again from",
  refused: "refused before",
};

const severities: Readonly<Record<VerdictKind, number>> = { pass: 100, fail: 300, invalid: 400, notInspected: 400 };
const statusText = (code: number): string => enumerations.LineStatus.names[code]!;

type Row<K extends EntryKind> = (
  body: EntryBodies[K],
  entry: Committed["entry"],
  origin: Origin,
  setup: StationSetup,
) => StationEvent | readonly StationEvent[];

/** Kind of entry → its event, or several in order. Kinds without a row raise none. */
const rows: { readonly [K in EntryKind]?: Row<K> } = {
  unit(unit, _entry, origin) {
    const facts = unitFacts(unit);
    const { context } = unit;
    const detail = facts.defectClass || facts.reason;
    return event("UnitInspectedEventType", {
      time: unit.triggeredAt,
      severity: severities[unit.verdict.kind],
      message: `Unit ${unit.sequence}: ${facts.verdictText}${detail && ` (${detail})`}`,
      unit,
      fields: {
        ...origin,
        Sequence: unit.sequence,
        LotSequence: unit.lotSequence,
        TriggerId: unit.triggerId,
        UnitKind: facts.kind,
        CameraId: unit.cameraId ?? "",
        UnitId: unit.unitId ?? "",
        UnitIdSource: unit.unitIdSource ?? "",
        Verdict: facts.verdictCode,
        VerdictText: facts.verdictText,
        Reason: facts.reason,
        DefectClass: facts.defectClass,
        DefectCode: facts.defectCode,
        DefectCount: facts.defectCount,
        Confidence: facts.confidence,
        OffsetMm: facts.offsetMm,
        OrderId: context.orderId,
        Lot: context.lot,
        Sku: context.sku,
        RecipeId: unit.recipe?.id ?? context.recipeId,
        RecipeVersion: unit.recipe ? String(unit.recipe.version) : "",
        RecipeHash: unit.recipe?.hash ?? "",
        Shift: context.shift,
        Operator: context.operator,
        ContextRevision: context.revision,
        ModelId: unit.model?.id ?? "",
        ModelHash: unit.model?.hash ?? "",
        TriggeredAt: unit.triggeredAt,
        ExposedAt: facts.exposedAt,
        DecidedAt: unit.decidedAt,
        LatencyMs: unit.latencyMs,
        RejectRequested: unit.rejectRequested,
        ClockSynchronized: unit.clockSynchronized,
        ImageRef: unit.imageRef ?? "",
        Simulated: unit.simulated,
        PreviousSequence: unit.previousSequence,
      },
    });
  },
  minute: (minute, _entry, origin) =>
    event("MinuteClosedEventType", {
      time: lastMillisecondOf(minute),
      severity: 50,
      message: `Minute ${new Date(minute.start).toISOString().slice(0, 16)}Z: ${minute.counts.units} units, ${minute.counts.fail} failed`,
      fields: {
        ...origin,
        MinuteNumber: minute.minuteNumber,
        IntervalStart: minute.start,
        IntervalEnd: minute.start + minuteMs,
        ...countFields(minute.counts),
        DownMs: Math.round(minute.downMs),
      },
    }),
  lot: (lot, { time }, origin) =>
    lot.event === "started"
      ? event("LotStartedEventType", {
          time,
          severity: 100,
          message: `Lot ${lot.lot} ${lot.counts.units > 0 ? "resumed" : "started"}`,
          fields: { ...lotFields(origin, lot), Resumed: lot.lastSequence > 0 },
        })
      : event("LotEndedEventType", {
          time,
          severity: 100,
          message: `Lot ${lot.lot} ended with ${lot.counts.units} units, ${lot.counts.fail} failed`,
          fields: {
            ...lotFields(origin, lot),
            ...countFields(lot.counts),
            HeadHash: lot.headHash,
            Reconciled: lot.reconciled,
          },
        }),
  context: ({ context, fromSequence }, { time }, origin) =>
    event("ContextChangedEventType", {
      time,
      severity: 100,
      message: `Context ${context.revision} from unit ${fromSequence}: lot "${context.lot}", order "${context.orderId}"`,
      fields: {
        ...origin,
        OrderId: context.orderId,
        Lot: context.lot,
        Sku: context.sku,
        RecipeId: context.recipeId,
        Shift: context.shift,
        Operator: context.operator,
        TargetQuantity: context.targetQuantity,
        RunType: runTypes.indexOf(context.runType),
        RunTypeText: enumerations.RunType.names[runTypes.indexOf(context.runType)],
        Revision: context.revision,
        FromSequence: fromSequence,
        Source: context.source,
        ChangedBy: context.changedBy,
      },
    }),
  recipe({ event: change, recipe, previous, models, fromSequence, reason }, { time, by }, origin) {
    const before = previous && versioned(previous);
    return event("RecipeChangedEventType", {
      time,
      severity: change === "activated" ? 200 : 600,
      message: `Recipe ${recipeText(recipe)} ${recipeChanges[change]} unit ${fromSequence}${reason && `: ${reason}`}`,
      fields: {
        ...origin,
        Change: change,
        RecipeId: recipe.id,
        RecipeVersion: versioned(recipe),
        RecipeHash: recipe.hash,
        PreviousRecipeId: previous?.id,
        PreviousRecipeVersion: before,
        PreviousRecipeHash: previous?.hash,
        ModelIds: models.map(({ id }) => id).join(","),
        FromSequence: fromSequence,
        Reason: reason,
        ChangedBy: by,
      },
    });
  },
  shift: ({ shift, startedAt, productionDay }, { time }, origin) =>
    event("ShiftStartedEventType", {
      time,
      severity: 50,
      message: shift === "" ? "No shift from now on" : `Shift ${shift} of ${productionDay || "today"} started`,
      fields: { ...origin, Shift: shift, StartedAt: startedAt, ProductionDay: productionDay },
    }),
  alarm: ({ alarm, event: change, condition, times }, { time, by }, origin, setup) =>
    event(alarmTypeOf(alarm), {
      time,
      severity: condition.severity,
      message: alarmMessage(alarm, change, condition, by),
      fields: { ...origin, ...alarmFacts(alarm, condition, change) },
      inherited: conditionFields(setup, alarm, condition, time, times),
    }),
  cluster: ({ event: change, reason, cluster }, { time }, origin) =>
    event("DefectClusterEventType", {
      time,
      severity: change === "disposed" ? 200 : 500,
      message: `Cluster ${cluster.clusterId} ${change}${reason && ` (${reason})`}: ${cluster.count} units with ${cluster.class}, ${cluster.first.sequence} to ${cluster.last.sequence}`,
      fields: { ...origin, ...clusterFacts(cluster, change) },
    }),
  challenge: ({ event: change, challenge }, { time }, origin) =>
    event("ChallengeEventType", {
      time,
      severity: change === "failed" ? 700 : 200,
      message: `Challenge ${challenge.challengeId} ${change}${challenge.reason && change !== "signedOff" ? `: ${challenge.reason}` : ""}`,
      fields: { ...origin, ...challengeFacts(challenge, change) },
    }),
  job({ event: change, order, state, comment, totals }, { time, by }, origin) {
    const code = state === "removed" ? 0 : jobStateNumbers[state];
    const counts = totals && countFields(totals.counts);
    return event("JobOrderChangedEventType", {
      time,
      severity: 100,
      message: `Job order ${order.jobOrderId}: ${change}, ${enumerations.JobState.names[code]}`,
      fields: {
        ...origin,
        ...(counts ?? unknownCounts),
        JobOrderId: order.jobOrderId,
        JobState: code,
        JobStateText: enumerations.JobState.names[code],
        Change: change,
        Comment: comment,
        ChangedBy: by,
        OrderId: order.orderId,
        Lot: order.lot,
        Sku: order.sku,
        RecipeId: order.recipeId,
        TargetQuantity: order.targetQuantity,
        FirstSequence: totals?.firstSequence,
        LastSequence: totals?.lastSequence,
      },
    });
  },
  state: (body, { time }, origin, setup) => {
    const { state, reason, from } = body;
    const changed = event("LineStatusChangedEventType", {
      time,
      severity: state === "faulted" ? 700 : 200,
      message: `Line ${statusText(lineStateCodes[state])}${reason && `: ${reason}`}`,
      fields: {
        ...origin,
        LineStatus: lineStateCodes[state],
        LineStatusText: statusText(lineStateCodes[state]),
        LineStatusReason: reason,
        PreviousLineStatus: lineStateCodes[from],
        PreviousLineStatusText: statusText(lineStateCodes[from]),
      },
    });
    return [changed, ...visionEvents(body, time, setup)];
  },
};

/** Kinds of entries that mean events. */
export const eventKinds = Object.keys(rows) as readonly EntryKind[];

/**
 * The events that an entry means, in the order of their ordinals: the same for a live reader and for one that replays
 * history. Pure, and without the OPC UA stack, so that a worker thread can use it.
 */
export function eventsOf(committed: Committed, setup: StationSetup, ledgerId: string): readonly StationEvent[] {
  const { entry } = committed;
  const row = rows[entry.kind] as Row<EntryKind> | undefined;
  const meant = row?.(entry.body, entry, originOf(setup, ledgerId, committed), setup) ?? [];
  return Array.isArray(meant) ? meant : [meant as StationEvent];
}
