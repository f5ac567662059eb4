import { challengeFields } from "./challenge.ts";
import type { EventTypeModel, VariableTable } from "./model.ts";
import type { Id } from "./node-row.ts";
import { clusterVariables, countVariables } from "./variables.ts";

const text = { dataType: "String" } as const;
const counter = { dataType: "UInt32" } as const;
const instant = { dataType: "DateTime" } as const;

/** What every event of ours carries beside the fields of BaseEventType. */
const origin = {
  StationId: { ...text, description: "Station." },
  LineId: { ...text, description: "Line that the station belongs to." },
  LedgerId: { ...text, description: "Ledger that holds the entry." },
  RecordHash: { ...text, description: "SHA-256 of the ledger entry, hex." },
} as const satisfies VariableTable;

const contextFields = {
  OrderId: { ...text, description: "Production order." },
  Lot: { ...text, description: "Lot." },
  Sku: { ...text, description: "Article." },
  RecipeId: { ...text, description: "Recipe." },
  Shift: { ...text, description: "Shift." },
  Operator: { ...text, description: "Operator." },
} as const satisfies VariableTable;

const lotFields = {
  ...origin,
  OrderId: { ...text, description: "Production order." },
  Lot: { ...text, description: "Lot." },
  Sku: { ...text, description: "Article." },
  StartedAt: { ...instant, description: "First start of the lot, also when it is resumed." },
  FirstSequence: { ...counter, description: "First unit of the lot; 0 without one." },
  LastSequence: { ...counter, description: "Last unit of the lot so far; 0 without one." },
} as const satisfies VariableTable;

const rates = {
  DefectRate: { dataType: "Double", description: "100·fail/(pass+fail), percent; null while nothing was decided." },
  Quality: { dataType: "Double", description: "100·pass/units, percent; null without a unit." },
} as const satisfies VariableTable;

export const unitInspectedFields = {
  Sequence: { ...counter, description: "Number of the unit: +1 per unit, without gaps." },
  LotSequence: {
    ...counter,
    description: "Position among the lot's production units; 0 for other kinds and without a lot.",
  },
  ...origin,
  TriggerId: { ...counter, description: "The trigger source's number, 1..65535." },
  UnitKind: { dataType: "UnitKind", description: "What the trigger saw." },
  CameraId: { ...text, description: "Camera whose verdict decided; empty when none answered." },
  UnitId: { ...text, description: "Read from the unit itself; empty when it carries none." },
  UnitIdSource: { ...text, description: "Where UnitId was read." },
  Verdict: { dataType: "Verdict", description: "Outcome. Only Pass is a pass." },
  VerdictText: { ...text, description: "Verdict as text." },
  Reason: { ...text, description: "Why the unit is Invalid or NotInspected; empty otherwise." },
  DefectClass: { ...text, description: "Class of the worst defect; empty without one." },
  DefectCode: { ...text, description: "MES quality code of the worst defect; empty without one." },
  DefectCount: { ...counter, description: "Number of defects." },
  Confidence: { dataType: "Double", description: "0..1; null when nothing was decided." },
  OffsetMm: {
    dataType: "Double",
    unit: "millimetres",
    description: "Offset measured at the worst defect; null without one.",
  },
  ...contextFields,
  RecipeVersion: { ...text, description: "Version of the recipe; empty without a recipe." },
  RecipeHash: { ...text, description: "SHA-256 of the recipe's file, hex; empty without a recipe." },
  ContextRevision: { ...counter, description: "Revision of the context that the unit was made under." },
  ModelId: { ...text, description: "Model that judged, name@version; empty when none did." },
  ModelHash: { ...text, description: "SHA-256 of the model's card, hex." },
  TriggeredAt: { ...instant, description: "Station time of the trigger." },
  ExposedAt: { ...instant, description: "Station time of the exposure; null when no image came." },
  DecidedAt: { ...instant, description: "Station time of the verdict." },
  LatencyMs: { dataType: "Double", unit: "milliseconds", description: "Trigger to verdict." },
  RejectRequested: { dataType: "Boolean", description: "The reject policy wants this unit off the line." },
  ClockSynchronized: { dataType: "Boolean", description: "Station time agreed with the wall clock." },
  ImageRef: { ...text, description: "Evidence image; empty without one." },
  Simulated: { dataType: "Boolean", description: "From a simulated line: never production evidence." },
  PreviousSequence: {
    ...counter,
    description: "Sequence before this one, 0 for the first: shows a missed event at once.",
  },
} as const satisfies VariableTable;

export const minuteClosedFields = {
  ...origin,
  MinuteNumber: { ...counter, description: "Minutes since 1970-01-01T00:00Z." },
  IntervalStart: { ...instant, description: "First millisecond of the minute." },
  IntervalEnd: { ...instant, description: "End of the minute, excluded from it." },
  ...countVariables,
  ...rates,
  DownMs: { dataType: "UInt32", unit: "milliseconds", description: "How much of the minute the program did not run." },
} as const satisfies VariableTable;

export const lotStartedFields = {
  ...lotFields,
  Resumed: { dataType: "Boolean", description: "The lot had ended before and goes on with its counts." },
} as const satisfies VariableTable;

export const lotEndedFields = {
  ...lotFields,
  ...countVariables,
  ...rates,
  HeadHash: { ...text, description: "SHA-256 of the station's last entry before the end, hex; null for an older lot." },
  Reconciled: {
    dataType: "Boolean",
    description:
      "The counts agree with the lot's sequences and lot sequences: UnitCount = pass + fail + invalid + notInspected, and no number is missing. Null for an older lot.",
  },
} as const satisfies VariableTable;

export const contextChangedFields = {
  ...origin,
  ...contextFields,
  TargetQuantity: { ...counter, description: "Units to make; 0 = no target." },
  RunType: { dataType: "RunType", description: "Kind of run." },
  RunTypeText: { ...text, description: "RunType as text." },
  Revision: { ...counter, description: "+1 per accepted change." },
  FromSequence: { ...counter, description: "First unit that carries it." },
  Source: { ...text, description: "Interface it came through." },
  ChangedBy: { ...text, description: "User and application that set it." },
} as const satisfies VariableTable;

export const recipeChangedFields = {
  ...origin,
  Change: {
    ...text,
    description:
      "activated; rolledBack: the one before it is in use again; refused: it cannot be used, what was in use goes on or nothing does.",
  },
  RecipeId: { ...text, description: "Recipe that it happened to; empty for the station's own model." },
  RecipeVersion: { ...text, description: "Its version; empty without a recipe." },
  RecipeHash: { ...text, description: "SHA-256 of its file, hex." },
  PreviousRecipeId: { ...text, description: "What was in use before; null at the first." },
  PreviousRecipeVersion: { ...text, description: "Its version; empty without a recipe." },
  PreviousRecipeHash: { ...text, description: "SHA-256 of its file, hex." },
  ModelIds: { ...text, description: "Models that it loaded, name@version, separated by commas, as far as they fit." },
  FromSequence: { ...counter, description: "First unit that it is to inspect; of a refused one the first after it." },
  Reason: { ...text, description: "Why; empty when somebody asked for it and it worked." },
  ChangedBy: { ...text, description: "User and application that asked for it; 'line' when nobody did." },
} as const satisfies VariableTable;

export const shiftStartedFields = {
  ...origin,
  Shift: { ...text, description: "Shift that begins; empty for none." },
  StartedAt: { ...instant, description: "When it began, by plan." },
  ProductionDay: { ...text, description: "Local date on which it began, YYYY-MM-DD; empty without a shift calendar." },
} as const satisfies VariableTable;

export const jobOrderChangedFields = {
  ...origin,
  JobOrderId: { ...text, description: "Job order." },
  JobState: { dataType: "JobState", description: "What it does now." },
  JobStateText: { ...text, description: "JobState as text." },
  Change: { ...text, description: "What happened to it: stored, updated, start, revokeStart, began, pause, resume …" },
  Comment: { ...text, description: "Given with the change; empty without one." },
  ChangedBy: { ...text, description: "User and application that changed it; 'line' when nobody did." },
  OrderId: { ...text, description: "Production order." },
  Lot: { ...text, description: "Lot." },
  Sku: { ...text, description: "Article." },
  RecipeId: { ...text, description: "Recipe." },
  TargetQuantity: { ...counter, description: "Units to make; 0 = no target." },
  FirstSequence: { ...counter, description: "First unit of the order; 0 without one, null before it began." },
  LastSequence: { ...counter, description: "Last unit of the order so far; 0 without one, null before it began." },
  ...countVariables,
  ...rates,
} as const satisfies VariableTable;

export const lineStatusChangedFields = {
  ...origin,
  LineStatus: { dataType: "LineStatus", description: "What the line does now." },
  LineStatusText: { ...text, description: "LineStatus as text." },
  LineStatusReason: { ...text, description: "Why." },
  PreviousLineStatus: { dataType: "LineStatus", description: "What it did before." },
  PreviousLineStatusText: { ...text, description: "PreviousLineStatus as text." },
} as const satisfies VariableTable;

/** What alarms say beside the fields of AlarmConditionType (OPC 10000-9 §5.8.2). */
export const alarmFields = {
  ...origin,
  Change: { ...text, description: "What happened to it: active, inactive, acknowledged, shelved …" },
  Reason: { ...text, description: "Why, e.g. 'camera: CAM-01 covered'." },
  Value: { dataType: "Double", description: "What was measured, in Unit; null where nothing is." },
  Limit: { dataType: "Double", description: "What it was held against, in Unit; null where there is none." },
  Unit: { ...text, description: "Unit of Value and Limit; empty for a number of things." },
  OperatorAction: { ...text, description: "What the operator should do." },
} as const satisfies VariableTable;

export const defectClusterFields = { ...origin, ...clusterVariables } as const satisfies VariableTable;

export const challengeEventFields = { ...origin, ...challengeFields } as const satisfies VariableTable;

export const eventTypes = {
  UnitInspectedEventType: {
    base: "ResultReadyEventType",
    description: "One unit was inspected. Exactly one per trigger, in trigger order.",
    fields: unitInspectedFields,
  },
  MinuteClosedEventType: {
    base: "BaseEventType",
    description: "A minute was closed, for good.",
    fields: minuteClosedFields,
  },
  LotStartedEventType: {
    base: "BaseEventType",
    description: "A lot was started or resumed.",
    fields: lotStartedFields,
  },
  LotEndedEventType: { base: "BaseEventType", description: "A lot was ended.", fields: lotEndedFields },
  ContextChangedEventType: {
    base: "BaseEventType",
    description: "Another production context took effect.",
    fields: contextChangedFields,
  },
  ShiftStartedEventType: {
    base: "BaseEventType",
    description: "The shift calendar began another shift.",
    fields: shiftStartedFields,
  },
  JobOrderChangedEventType: {
    base: "BaseEventType",
    description:
      "A job order was stored, changed, began, was interrupted, ended or left the list; with its totals since it began.",
    fields: jobOrderChangedFields,
  },
  LineStatusChangedEventType: {
    base: "BaseEventType",
    description: "The line does something else, or for another reason.",
    fields: lineStatusChangedFields,
  },
  RecipeChangedEventType: {
    base: "BaseEventType",
    description: "Another recipe inspects, or one that was asked for cannot.",
    fields: recipeChangedFields,
  },
  DefectClusterEventType: {
    base: "BaseEventType",
    description: "A run of defects began, ended, or somebody decided about it.",
    fields: defectClusterFields,
  },
  ChallengeEventType: {
    base: "BaseEventType",
    description: "A test piece is waited for, was found, was not found, or the challenge was cancelled or signed off.",
    fields: challengeEventFields,
  },
  StationAlarmType: {
    base: "OffNormalAlarmType",
    description: "An alarm about the product or its production; only while the line runs in production.",
    fields: alarmFields,
  },
  StationSystemAlarmType: {
    base: "SystemOffNormalAlarmType",
    description: "An alarm about the station itself.",
    fields: alarmFields,
  },
} as const satisfies Readonly<Record<string, EventTypeModel>>;
export type EventTypeName = keyof typeof eventTypes;

/** Event types of standards that are raised as they are, without fields of ours. */
export const standardEventTypes = {
  "machineVision:StateChangedEventType": { ns: "machineVision", id: 1018 },
  "machineVision:ErrorEventType": { ns: "machineVision", id: 1019 },
  "machineVision:ErrorResolvedEventType": { ns: "machineVision", id: 1020 },
} as const satisfies Readonly<Record<string, Id>>;
export type StandardEventType = keyof typeof standardEventTypes;
