import type { VariableTable } from "./model.ts";

// One table per object below a station. Names and data types are a public contract: rows are added, never changed.

const percent = { dataType: "Double", unit: "percent", range: [0, 100] } as const;
const perMinute = { dataType: "Double", unit: "perMinute", range: [0, 1200] } as const;
const milliseconds = { dataType: "Double", unit: "milliseconds" } as const;
const counter = { dataType: "UInt32" } as const;
const text = { dataType: "String" } as const;
const instant = { dataType: "DateTime" } as const;

export const statusVariables = {
  LineStatus: { dataType: "LineStatus", description: "What the line does.", historized: true },
  LineStatusText: { ...text, description: "LineStatus as text." },
  LineStatusReason: {
    ...text,
    description: "Why; a stable word first, e.g. 'camera: CAM-01 covered'. Empty when all is well.",
  },
  ModelStatus: { ...text, description: "The vision model, e.g. 'ready snack-bag@2' or 'refused: …'." },
  PlcLinkStatus: { dataType: "PlcLinkStatus", description: "The link to the PLC." },
  PlcLinkStatusText: { ...text, description: "PlcLinkStatus as text." },
  ClockOffsetMs: { ...milliseconds, description: "Wall clock minus station time." },
  ClockSynchronized: { dataType: "Boolean", description: "False while station time and wall clock differ." },
  Heartbeat: {
    ...counter,
    description: "+1 per second by the inspection core; wraps at 2^32. Stands still when the core does.",
  },
  Simulated: {
    dataType: "Boolean",
    description: "True when units come from a simulated line: never production evidence.",
  },
  SoftwareVersion: { ...text, description: "Version of the running program." },
  LineSpeed: { ...perMinute, description: "Production units per minute over the last 30 s." },
  TargetSpeed: {
    ...perMinute,
    description: "Units per minute that the trigger source is set to; BadNoData when it does not know.",
  },
} as const satisfies VariableTable;

export const cameraVariables = {
  Status: { dataType: "CameraStatus", description: "How the camera is doing." },
  StatusText: { ...text, description: "Status as text." },
  StatusReason: { ...text, description: "Why it is not Ok, and what to do. Empty when all is well." },
  Fps: { dataType: "Double", unit: "hertz", range: [0, 200], description: "Frames per second over the last seconds." },
  LastFrameAgeMs: { ...milliseconds, description: "Age of the newest frame; BadNoData before the first." },
  DroppedFrames: { ...counter, description: "Frames that no queue had room for, since start." },
} as const satisfies VariableTable;

export const countVariables = {
  UnitCount: {
    ...counter,
    description: "Production units: PassCount + FailCount + InvalidCount + NotInspectedCount.",
  },
  PassCount: { ...counter, description: "Units that passed." },
  FailCount: { ...counter, description: "Units with at least one defect." },
  InvalidCount: { ...counter, description: "Units that were seen but could not be decided." },
  NotInspectedCount: { ...counter, description: "Units without an image or a decision in time." },
  RejectedCount: {
    ...counter,
    description: "Units whose rejection was confirmed, by the time of confirmation.",
  },
  TriggerCount: {
    ...counter,
    description: "All triggers: UnitCount + AbsentCount + ChallengeCount + ReworkCount + SampleCount.",
  },
  AbsentCount: { ...counter, description: "Triggers at which nothing was there." },
  ChallengeCount: { ...counter, description: "Test pieces." },
  ReworkCount: { ...counter, description: "Units that came a second time." },
  SampleCount: { ...counter, description: "Units taken as samples." },
} as const satisfies VariableTable;

/** What a lot and a shift have beside their counts. */
export const periodVariables = {
  DefectRate: { ...percent, description: "100·FailCount/(PassCount+FailCount); BadNoData while nothing was decided." },
  Quality: { ...percent, description: "100·PassCount/UnitCount; BadNoData without a unit." },
  StartedAt: { ...instant, description: "Since when it is counted; a resumed lot keeps its first start." },
  Name: { ...text, description: "Name of the lot or shift that the counts belong to." },
} as const satisfies VariableTable;

/** What a shift has besides. */
export const shiftVariables = {
  ProductionDay: {
    ...text,
    description: "Local date on which the shift began, YYYY-MM-DD; BadNoData without a shift calendar.",
  },
} as const satisfies VariableTable;

export const minuteVariables = {
  MinuteNumber: { ...counter, historized: true, description: "Minutes since 1970-01-01T00:00Z; changes every minute." },
  IntervalStart: { ...instant, description: "First millisecond of the minute." },
  IntervalEnd: { ...instant, description: "End of the minute, excluded from it." },
  UnitCount: { ...counter, historized: true, description: "Production units of the minute." },
  PassCount: { ...counter, historized: true, description: "Units of the minute that passed." },
  FailCount: { ...counter, historized: true, description: "Units of the minute with at least one defect." },
  InvalidCount: { ...counter, historized: true, description: "Units of the minute that could not be decided." },
  NotInspectedCount: { ...counter, historized: true, description: "Units of the minute without a decision." },
  DefectRate: {
    ...percent,
    historized: true,
    description: "100·FailCount/(PassCount+FailCount); BadNoData while nothing was decided.",
  },
  Quality: { ...percent, historized: true, description: "100·PassCount/UnitCount; BadNoData without a unit." },
  UnitsPerMinute: { ...perMinute, historized: true, description: "Production units in this minute." },
} as const satisfies VariableTable;

export const rollingVariables = {
  WindowSeconds: { dataType: "UInt32", unit: "seconds", description: "Length of the window." },
  DefectRate: { ...percent, description: "100·fail/(pass+fail) over the window; BadNoData while nothing was decided." },
  Quality: { ...percent, description: "100·pass/units over the window; BadNoData without a unit." },
  UnitsPerMinute: { ...perMinute, description: "Production units per minute over the window." },
} as const satisfies VariableTable;

export const defectClassVariables = {
  LotCount: { ...counter, description: "Units of the lot whose worst defect is of this class." },
  LastMinuteCount: {
    ...counter,
    historized: true,
    description: "Units of the last minute whose worst defect is of this class.",
  },
} as const satisfies VariableTable;

export const timingVariables = {
  InferenceP50Ms: { ...milliseconds, description: "Median time inside the model, newest 512 units." },
  InferenceP99Ms: { ...milliseconds, description: "99th percentile of the time inside the model, newest 512 units." },
  LatencyP50Ms: { ...milliseconds, description: "Median time from trigger to verdict, newest 512 units." },
  LatencyP99Ms: { ...milliseconds, description: "99th percentile from trigger to verdict, newest 512 units." },
  MissedTriggerCount: { ...counter, description: "Triggers that the source reported as missed, since start." },
} as const satisfies VariableTable;

/** The newest 200 or so passed units of the lot beside what was taught, from 20 on; of several cameras the one that is farthest from it. */
export const driftVariables = {
  Score: {
    dataType: "Double",
    description: "Mean score of passed units by that of the taught good units; 1 = as taught, more = less like them.",
  },
  Brightness: { dataType: "Double", description: "Brightness of passed units' pictures by that of the taught ones." },
  Sharpness: {
    dataType: "Double",
    description:
      "Sharpness of passed units' pictures by that of the taught ones; falls as the lens gets dirty or out of focus.",
  },
} as const satisfies VariableTable;

export const lastUnitVariables = {
  Sequence: { ...counter, description: "Number of the unit: +1 per unit, without gaps, for the life of the ledger." },
  LotSequence: {
    ...counter,
    description: "Position among the lot's production units, from 1; 0 for other kinds and without a lot.",
  },
  UnitKind: { dataType: "UnitKind", description: "What the trigger saw." },
  UnitKindText: { ...text, description: "UnitKind as text." },
  UnitId: { ...text, description: "Read from the unit itself; empty when it carries none." },
  Verdict: { dataType: "Verdict", description: "Outcome. Only Pass is a pass." },
  VerdictText: { ...text, description: "Verdict as text." },
  Reason: { ...text, description: "Why the unit is Invalid or NotInspected; empty otherwise." },
  DefectClass: { ...text, description: "Class of the worst defect; empty without one." },
  Confidence: {
    dataType: "Double",
    description: "Confidence of the verdict, 0..1; BadNoData when nothing was decided.",
  },
  TriggeredAt: { ...instant, description: "Station time of the trigger." },
  ExposedAt: { ...instant, description: "Station time of the exposure; BadNoData when no image came." },
  DecidedAt: { ...instant, description: "Station time of the verdict." },
  LatencyMs: { ...milliseconds, description: "Trigger to verdict." },
  ImageRef: { ...text, description: "Evidence image, relative to the evidence folder; empty without one." },
} as const satisfies VariableTable;

export const contextVariables = {
  OrderId: { ...text, historized: true, description: "Production order." },
  Lot: { ...text, historized: true, description: "Lot being made; empty without one." },
  Sku: { ...text, description: "Article." },
  RecipeId: { ...text, historized: true, description: "Recipe asked for; empty keeps the configured one." },
  Shift: { ...text, description: "Shift: what the context says, else what the shift calendar says." },
  Operator: { ...text, description: "Operator." },
  TargetQuantity: { ...counter, description: "Units to make; 0 = no target." },
  RunType: { dataType: "RunType", description: "Kind of run." },
  RunTypeText: { ...text, description: "RunType as text." },
  Revision: { ...counter, description: "+1 per accepted change; 0 = never set." },
  Since: { ...instant, description: "When it took effect; BadWaitingForInitialData before it was ever set." },
  Source: { ...text, description: "Interface it came through: opcua, tags, jobs, plc, local." },
  ChangedBy: { ...text, description: "User and application that set it." },
  Valid: { dataType: "Boolean", description: "False without a lot: units cannot be traced to one." },
  Pending: { ...text, description: "A context accepted for later, e.g. 'lot L2 at trigger 77'; empty when none." },
  PendingExpiresAt: { ...instant, description: "When Pending is dropped; BadNoData when none." },
  Owner: {
    ...text,
    description: "Who may change it, by configuration: mes (these methods and tags), jobs (JobManagement), plc, local.",
  },
} as const satisfies VariableTable;

/** The job order that has the station, for clients that cannot read structures. */
export const contextJobVariables = {
  JobOrderId: { ...text, description: "Job order that has the station, running or interrupted; empty without one." },
  JobState: { dataType: "JobState", description: "What it does; BadNoData without one." },
  JobStateText: { ...text, description: "JobState as text; BadNoData without one." },
  JobsWaiting: { ...counter, description: "Job orders that may start and wait for their turn." },
} as const satisfies VariableTable;

const tag = { writable: true } as const;
export const requestVariables = {
  OrderId: { ...text, ...tag, description: "As the SetContext argument." },
  Lot: { ...text, ...tag, description: "As the SetContext argument." },
  Sku: { ...text, ...tag, description: "As the SetContext argument." },
  RecipeId: { ...text, ...tag, description: "As the SetContext argument." },
  Shift: { ...text, ...tag, description: "As the SetContext argument." },
  Operator: { ...text, ...tag, description: "As the SetContext argument." },
  TargetQuantity: { ...counter, ...tag, description: "As the SetContext argument." },
  RunType: {
    dataType: "Int32",
    ...tag,
    description: "As the SetContext argument: 0 production, 1 rework, 2 trial, 3 cleaning.",
  },
  EffectiveMode: {
    dataType: "Int32",
    ...tag,
    description: "As the SetContext argument: 0 next unit, 1 at trigger id, 2 at lot marker, 3 after a gap.",
  },
  EffectiveTrigger: { ...counter, ...tag, description: "As the SetContext argument." },
  ExpectedRevision: { ...counter, ...tag, description: "As the SetContext argument; 0 = any." },
  RequestId: {
    ...counter,
    ...tag,
    description: "Write it last: a changed value sends the tags above as one SetContext.",
  },
  DoneId: {
    ...counter,
    description: "RequestId that was answered last; equals RequestId when the answer below is its own.",
  },
  Result: { ...counter, description: "Status code of the answer; 0 = Good." },
  ResultText: { ...text, description: "What happened and what to do; empty when accepted." },
  Revision: { ...counter, description: "Revision of the accepted context; 0 when refused." },
  FromSequence: { ...counter, description: "First unit that carries it; 0 while not known, or when refused." },
  State: { dataType: "Int32", description: "0 effective, 1 pending, 2 unchanged; -1 when refused." },
} as const satisfies VariableTable;

export const consumerVariables = {
  Delivered: {
    ...counter,
    description:
      "Newest unit that its sessions were given, by event or method. Volatile: BadWaitingForInitialData after each start until then.",
  },
  Acknowledged: { ...counter, description: "Every unit up to it is acknowledged; 0 = none. Durable." },
  OldestUnacknowledged: {
    ...counter,
    description: "First unit that is not acknowledged; BadNoData when all are.",
  },
  OldestUnacknowledgedTime: {
    ...instant,
    description:
      "Trigger of that unit, looked up once a second and not known until then; BadNoData when all are acknowledged.",
  },
  UnacknowledgedCount: { ...counter, description: "Units up to Ledger/HeadSequence that are not acknowledged." },
} as const satisfies VariableTable;

export const ledgerVariables = {
  LedgerId: { ...text, description: "Names this ledger for good; a rolled ledger gets another." },
  HeadSequence: { ...counter, historized: true, description: "Last committed unit of this station." },
  HeadHash: {
    ...text,
    historized: true,
    description:
      "SHA-256 of the last committed entry, hex: keep it elsewhere, and nobody can rewrite the ledger unseen.",
  },
  EntryCount: { ...counter, description: "Entries in the ledger, of all stations." },
  OldestTime: { ...instant, description: "Time of the oldest entry kept." },
} as const satisfies VariableTable;

export const alarmsVariables = {
  ActiveCount: { ...counter, description: "Alarms that are active, also suppressed and shelved ones." },
  UnacknowledgedCount: { ...counter, description: "Alarms that nobody has acknowledged yet." },
} as const satisfies VariableTable;

/** A run of defects, as the event tells it and as the nodes show the newest. */
export const clusterVariables = {
  ClusterId: { ...text, description: "Names it for good within station and ledger." },
  ClusterState: { ...text, description: "started, ended or disposed: what was said of it last." },
  DefectClass: { ...text, description: "Class of the defects." },
  OrderId: { ...text, description: "Production order." },
  Lot: { ...text, description: "Lot." },
  FirstSequence: { ...counter, description: "First unit with the defect." },
  FirstTime: { ...instant, description: "Its trigger, station time." },
  LastSequence: { ...counter, description: "Last unit with the defect so far." },
  LastTime: { ...instant, description: "Its trigger, station time." },
  FirstEarliest: { ...counter, description: "The true beginning is not before this unit (95 %)." },
  FirstLatest: { ...counter, description: "The true beginning is not after this unit (95 %)." },
  LastEarliest: { ...counter, description: "The true end is not before this unit (95 %)." },
  LastLatest: { ...counter, description: "The true end is not after this unit (95 %)." },
  DefectCount: { ...counter, description: "Units with the defect from first to last." },
  Baseline: { dataType: "Double", unit: "percent", description: "Usual share of the class before it began." },
  Disposition: { dataType: "Disposition", description: "What is to become of the units." },
  DispositionText: { ...text, description: "Disposition as text." },
  DisposedBy: { ...text, description: "User and application that decided; empty while nobody did." },
  Comment: { ...text, description: "What was said with the decision." },
} as const satisfies VariableTable;

export const clustersVariables = {
  OpenCount: { ...counter, description: "Clusters that go on, or wait for a final disposition." },
  OpenIds: { ...text, description: "Their ids, oldest first, as far as they fit." },
  ...clusterVariables,
} as const satisfies VariableTable;
