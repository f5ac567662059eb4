import type { MethodModel, VariableTable } from "./model.ts";

const text = { dataType: "String" } as const;
const counter = { dataType: "UInt32" } as const;
const instant = { dataType: "DateTime" } as const;

/** One challenge, as the event tells it. */
export const challengeFields = {
  ChallengeId: { ...text, description: "Names it for good within station and ledger." },
  ChallengeState: {
    ...text,
    description: "armed, passed, failed, cancelled or signedOff: what this event says of it.",
  },
  PieceId: { ...text, description: "The test piece." },
  ExpectedClass: { ...text, description: "Defect class that has to be found on it." },
  Recognition: { ...text, description: "What tells the piece from product: code, emptyLine or plc." },
  ArmedAt: { ...instant, description: "Since when the piece was waited for." },
  ArmedBy: { ...text, description: "User and application that armed it." },
  ExpiresAt: { ...instant, description: "By when the piece had to come." },
  PieceSequence: { ...counter, description: "The unit that was the piece; null when it did not come." },
  FoundClasses: {
    ...text,
    description: "Defect classes found on it; empty when none were, null when it did not come.",
  },
  Ejected: {
    ...text,
    description: "notConfirmed: no reject gate tells yet whether it left the line; null when it did not come.",
  },
  Reason: { ...text, description: "Why it failed or was cancelled; empty otherwise." },
  LastPassedSequence: { ...counter, description: "Unit as which the piece was found before; null when it never was." },
  LastPassedTime: { ...instant, description: "Its trigger, station time; null when it never was found." },
  SignedOffBy: { ...text, description: "User and application that signed it off; empty while nobody did." },
  Comment: { ...text, description: "What was said with the signature." },
} as const satisfies VariableTable;

export const challengeVariables = {
  Armed: { dataType: "Boolean", description: "A test piece is waited for." },
  ChallengeId: { ...text, description: "The armed challenge, else the last one; BadNoData before the first." },
  PieceId: { ...text, description: "Its test piece; BadNoData before the first." },
  ExpectedClass: { ...text, description: "Defect class that has to be found on it; BadNoData before the first." },
  ExpiresAt: { ...instant, description: "By when the piece has to come; BadNoData when none is armed." },
  LastResult: { ...text, description: "passed, failed or cancelled: how the last one ended; BadNoData before." },
  LastReason: { ...text, description: "Why it failed or was cancelled; empty when it passed, BadNoData before." },
  LastTime: { ...instant, description: "When it ended; BadNoData before." },
  NextDueTime: {
    ...instant,
    description: "When the next piece is due; BadNoData when none is before the next shift, or ever.",
  },
  Overdue: {
    dataType: "Boolean",
    description: "A piece is due, or was not found and nobody has signed it off: see Alarms/ChallengeOverdue.",
  },
  UnsignedIds: { ...text, description: "Challenges that wait to be signed off, oldest first, as far as they fit." },
} as const satisfies VariableTable;

export const challengeMethods = {
  ArmChallenge: {
    description:
      "Waits for a test piece: only the piece itself is kept out of the counts, and it passes only when the expected class is found on it. One at a time.",
    inputs: {
      PieceId: { dataType: "String", description: "The test piece; what its code says when it has one." },
      ExpectedClass: {
        dataType: "String",
        description: "Defect class that has to be found on it; empty for the configured one.",
      },
      Recognition: {
        dataType: "Int32",
        description:
          "0 by its code; 1 by an empty line: no unit for some seconds before and after it; 2 by the PLC (not supported yet).",
      },
      ValidSeconds: { dataType: "UInt32", description: "How long it may take to come, 10..3600 s; 0 = as configured." },
    },
    outputs: { ChallengeId: { dataType: "String", description: "Names the challenge for good." } },
  },
  CancelChallenge: {
    description: "Waits no longer for the test piece. What comes counts as product again.",
    inputs: {},
    outputs: {},
  },
  SignOffChallenge: {
    description: "A person has seen the result of a challenge and answers for what follows from it.",
    inputs: {
      ChallengeId: { dataType: "String", description: "A challenge that passed or failed, as UnsignedIds names it." },
      Comment: { dataType: "String", description: "What was done about it; empty for none." },
    },
    outputs: {},
  },
} as const satisfies Readonly<Record<string, MethodModel>>;
