/** Defects of documents that others published, by node: they are theirs to mend, and each has its reason here. */
export const foreignDefects: readonly { readonly node: string; readonly why: string }[] = [
  {
    node: "ns=0;i=19821",
    why: "<FieldDescription> is a placeholder of PubSub types and hangs on its type by a reference of its own",
  },
  { node: "ns=0;i=19823", why: "as ns=0;i=19821" },
];

/** Why a readable variable may have no value; anything else is a defect. The codes are explained in docs/opcua.md. */
export const allowedReasons: readonly { readonly status: string; readonly where: RegExp; readonly why: string }[] = [
  { status: "BadNoData", where: /\/Evidence\/Files\/File\d\/LastModifiedTime$/, why: "no picture is open there" },
  {
    status: "BadNoData",
    where: /\/Recipes\/Shadow\/(Units|Differences|PassToFail|FailToPass|Failures|LatencyP\d+Ms)$/,
    why: "no recipe looks along",
  },
  { status: "BadNoData", where: /\/PendingExpiresAt$/, why: "no context is pending" },
  { status: "BadNoData", where: /\/ProductionDay$/, why: "the site has no shift calendar" },
  { status: "BadNoData", where: /\/(DefectRate|Quality)$/, why: "its denominator is 0" },
  {
    status: "BadStateNotActive",
    where: /\/JobOrderControl\/CurrentState/,
    why: "the state machine only describes the states of job orders (OPC 10031-4 §6.2.1.1)",
  },
  {
    status: "BadNoData",
    where:
      /\/Alarms\/[^/]+\/(EventId|Time|ReceiveTime|Message|RecordHash|Value|Limit|.+\/(TransitionTime|SourceTimestamp))$/,
    why: "there was no event of this alarm yet, or the alarm has nothing to say there",
  },
  {
    status: "BadStateNotActive",
    where: /\/(PackML|Weihenstephan|VisionSystem)\/.+\/CurrentState/,
    why: "the outer state machine is in another state (OPC 10000-16 §4.4.20)",
  },
  { status: "BadNoData", where: /\/LastTransition/, why: "there was no transition since the start of the ledger" },
  {
    status: "BadNoData",
    where: /\/Challenge\/(ChallengeId|PieceId|ExpectedClass|ExpiresAt|Last(Result|Reason|Time)|NextDueTime)$/,
    why: "no challenge is armed, there was none yet, or nothing is due",
  },
  { status: "BadNoData", where: /\/Context\/JobState(Text)?$/, why: "no job order has the station" },
  { status: "BadNoData", where: /\/LastTransition(\/|$)/, why: "the state machine has made no transition yet" },
  {
    status: "BadStateNotActive",
    where: /\/(CurrentState|LastTransition)(\/|$)/,
    why: "the state that this sub-machine belongs to is not active (OPC 10000-16 §4.4.6, Table 19)",
  },
  { status: "BadWaitingForInitialData", where: /\/Consumers\/[^/]+\/Delivered$/, why: "nothing was delivered yet" },
  {
    status: "BadWaitingForInitialData",
    where: /\/Statistics\/Drift\//,
    why: "too few units of the lot have passed yet, or its models do not tell what was taught",
  },
  { status: "BadOutOfService", where: /\/LastMinute\//, why: "the program did not run in that minute" },
];
