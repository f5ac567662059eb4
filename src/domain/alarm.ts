/** Process alarms speak of the product and only count while the line runs in production; system alarms speak of the station. */
export type AlarmClass = "process" | "system";

/** One row of the alarm table. Everything with a `?` is there only where it has a meaning. */
/** Settings that every event of an alarm tells, ms. */
export interface AlarmTimes {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  /** The longest that it may be shelved. */
  readonly maximumShelvingMs: number;
}

export interface AlarmRow {
  readonly class: AlarmClass;
  /** 1..1000 (OPC 10000-5 §6.4.2). Few levels: 300 low, 500 medium, 700 high, 800 urgent. */
  readonly severity: number;
  /** How long it must be so before it is an alarm, ms. */
  readonly onDelayMs: number;
  /** How long it must be over before the alarm is, ms. */
  readonly offDelayMs: number;
  /** Percent, MB or days, as the row's `unit` says. */
  readonly limit?: number;
  readonly unit?: "%" | "MB" | "days";
  /** The same for each defect class alone, and for the classes named here. */
  readonly classLimit?: number;
  readonly classLimits?: Readonly<Record<string, number>>;
  /** An active alarm ends only this far on the good side of its limit. */
  readonly deadband?: number;
  /** Decided units in the window below which nothing is said about a rate. */
  readonly minimumSamples?: number;
  readonly windowSeconds?: number;
  /** While one of these is active, this one cannot begin: it would only repeat it. */
  readonly suppressedBy: readonly AlarmName[];
  /** What is wrong, as the operator reads it. */
  readonly title: string;
  /** What the operator should do. An alarm without an action is not an alarm. */
  readonly operatorAction: string;
}

export const alarmNames = [
  "DefectRateHigh",
  "CameraLost",
  "ModelFault",
  "ContextMissing",
  "ClusterUndisposed",
  "ClockUnsynchronized",
  "StorageLow",
  "CertificateExpiring",
  "ChallengeOverdue",
  "InspectionDrift",
] as const;
export type AlarmName = (typeof alarmNames)[number];
export const isAlarmName = (name: string): name is AlarmName => (alarmNames as readonly string[]).includes(name);

/** What is an alarm, when, and what to do about it. A site may override numbers, never meanings. */
export const alarmTable = {
  DefectRateHigh: {
    class: "process",
    severity: 700,
    onDelayMs: 5_000,
    offDelayMs: 30_000,
    limit: 10,
    unit: "%",
    classLimit: 8,
    deadband: 2,
    minimumSamples: 50,
    windowSeconds: 60,
    suppressedBy: ["CameraLost"],
    title: "Too many units fail",
    operatorAction: "Look at the newest failed units, find the machine that makes this defect, and correct it.",
  },
  CameraLost: {
    class: "system",
    severity: 800,
    onDelayMs: 2_000,
    offDelayMs: 5_000,
    suppressedBy: [],
    title: "A camera cannot see",
    operatorAction: "Look at the camera named in the reason: uncover or clean it, check its light and its cable.",
  },
  ModelFault: {
    class: "system",
    severity: 800,
    onDelayMs: 5_000,
    offDelayMs: 5_000,
    suppressedBy: [],
    title: "Inspection does not work",
    operatorAction: "Units are not inspected: stop the line or sort by hand, and call who looks after the inspection.",
  },
  ContextMissing: {
    class: "process",
    severity: 500,
    onDelayMs: 10_000,
    offDelayMs: 5_000,
    suppressedBy: [],
    title: "Units run without a lot",
    operatorAction:
      "Say what is made, as the context's owner does (SetContext, StartLot, or a job order); units made until then belong to no lot.",
  },
  ClusterUndisposed: {
    class: "process",
    severity: 500,
    onDelayMs: 0,
    offDelayMs: 0,
    suppressedBy: [],
    title: "A run of defects waits for a decision",
    operatorAction: "Find the units of the cluster, decide about them, and call SetDisposition.",
  },
  ClockUnsynchronized: {
    class: "system",
    severity: 300,
    onDelayMs: 5_000,
    offDelayMs: 10_000,
    suppressedBy: [],
    title: "The clock is wrong",
    operatorAction: "Check that this machine is synchronised by NTP; times of units may be off until then.",
  },
  StorageLow: {
    class: "system",
    severity: 700,
    onDelayMs: 0,
    offDelayMs: 0,
    limit: 1_000,
    unit: "MB",
    deadband: 200,
    suppressedBy: [],
    title: "The disk is nearly full",
    operatorAction: "Make room on the disk of the data folder; when it is full, units can no longer be recorded.",
  },
  ChallengeOverdue: {
    class: "process",
    severity: 500,
    onDelayMs: 0,
    offDelayMs: 0,
    suppressedBy: [],
    title: "Nothing proves that the inspection finds defects",
    operatorAction:
      "Send the test piece through the line (ArmChallenge). When one was not found, hold what was made since it was found last, have the inspection looked at, test again, and sign off.",
  },
  CertificateExpiring: {
    class: "system",
    severity: 300,
    onDelayMs: 0,
    offDelayMs: 0,
    limit: 30,
    unit: "days",
    deadband: 0,
    suppressedBy: [],
    title: "The server's certificate ends soon",
    operatorAction: "Renew the OPC UA server's certificate and let its clients trust the new one.",
  },
  InspectionDrift: {
    class: "process",
    severity: 500,
    onDelayMs: 10_000,
    offDelayMs: 30_000,
    limit: 15,
    unit: "%",
    deadband: 3,
    minimumSamples: 100,
    suppressedBy: [],
    title: "Pictures are no longer like the taught ones",
    operatorAction:
      "Do what the reason says: clean the lens, check the lamp and the exposure, or refocus; when the product itself has changed, teach the model again.",
  },
} as const satisfies Readonly<Record<AlarmName, AlarmRow>>;

/** What a site may set otherwise: numbers that the alarm's own row has. */
export const tunableNumbers = [
  "severity",
  "onDelayMs",
  "offDelayMs",
  "limit",
  "classLimit",
  "deadband",
  "minimumSamples",
  "windowSeconds",
] as const satisfies readonly (keyof AlarmRow)[];
export type AlarmOverride = Partial<Record<(typeof tunableNumbers)[number], number | undefined>> & {
  readonly classLimits?: Readonly<Record<string, number>> | undefined;
};
export type AlarmSettings = Readonly<Record<AlarmName, AlarmRow>>;

/** The table as a site runs it. */
export function alarmSettings(
  overrides: Readonly<Partial<Record<AlarmName, AlarmOverride | undefined>>> = {},
): AlarmSettings {
  const rows = alarmNames.map((name) => {
    const set = Object.entries(overrides[name] ?? {}).filter(([, value]) => value !== undefined);
    return [name, { ...alarmTable[name], ...Object.fromEntries(set) }];
  });
  return Object.fromEntries(rows) as AlarmSettings;
}
