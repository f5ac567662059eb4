import { expectedRevision, revision } from "./context-arguments.ts";
import type { ArgumentModel, MethodModel } from "./model.ts";

const effective = {
  EffectiveMode: {
    dataType: "Int32",
    description:
      "0 at the next unit; 1 at the unit with trigger id EffectiveTrigger; 2 at the PLC's lot marker (BadNotSupported when the trigger source tells none); 3 at the first unit after EffectiveTrigger seconds without one.",
  },
  EffectiveTrigger: {
    dataType: "UInt32",
    description: "EffectiveMode 1: trigger id 1..65535. EffectiveMode 3: length of the gap, 1..3600 s. Else 0.",
  },
  ...expectedRevision,
} as const satisfies Readonly<Record<string, ArgumentModel>>;

const outputs = {
  ...revision,
  FromSequence: { dataType: "UInt32", description: "First unit that carries it; 0 while that is not known." },
  State: { dataType: "Int32", description: "0 effective, 1 pending, 2 unchanged." },
} as const satisfies Readonly<Record<string, ArgumentModel>>;

const list = { isArray: true } as const;
/** Flat facts of units, one array per fact, all of one length: what `LastUnit` and the UnitInspected event say. */
export const unitColumns = {
  Sequence: { dataType: "UInt32", ...list, description: "Number of the unit." },
  LotSequence: { dataType: "UInt32", ...list, description: "Position among the lot's production units; 0 without." },
  TriggerId: { dataType: "UInt32", ...list, description: "The trigger source's number." },
  UnitKind: {
    dataType: "Int32",
    ...list,
    description: "1 production, 2 absent, 3 challenge, 4 rework, 5 sample.",
  },
  UnitId: { dataType: "String", ...list, description: "Read from the unit itself; empty without one." },
  Verdict: { dataType: "Int32", ...list, description: "1 pass, 2 fail, 3 invalid, 4 notInspected. Only 1 is a pass." },
  Reason: { dataType: "String", ...list, description: "Why it is invalid or notInspected; else empty." },
  DefectClass: { dataType: "String", ...list, description: "Class of the worst defect; empty without one." },
  DefectCount: { dataType: "UInt32", ...list, description: "Number of defects." },
  Confidence: { dataType: "Double", ...list, description: "0..1; NaN when nothing was decided." },
  CameraId: { dataType: "String", ...list, description: "Camera that decided; empty when none answered." },
  OrderId: { dataType: "String", ...list, description: "Production order." },
  Lot: { dataType: "String", ...list, description: "Lot." },
  Sku: { dataType: "String", ...list, description: "Article." },
  TriggeredAt: { dataType: "DateTime", ...list, description: "Station time of the trigger." },
  DecidedAt: { dataType: "DateTime", ...list, description: "Station time of the verdict." },
  LatencyMs: { dataType: "Double", ...list, description: "Trigger to verdict, ms." },
  RejectRequested: { dataType: "Boolean", ...list, description: "The reject policy wants the unit off the line." },
  Simulated: { dataType: "Boolean", ...list, description: "From a simulated line." },
  RecordHash: { dataType: "String", ...list, description: "SHA-256 of the ledger entry, hex." },
} as const satisfies Readonly<Record<string, ArgumentModel>>;

export const resultMethods = {
  Acknowledge: {
    description:
      "Acknowledges every unit up to one. Only for sessions that the configuration gives to the consumer. Again is fine.",
    inputs: {
      ConsumerId: { dataType: "String", description: "Consumer, as configured." },
      UpToSequence: { dataType: "UInt32", description: "Last unit that was taken over; 0 only asks how far it is." },
    },
    outputs: {
      Acknowledged: { dataType: "UInt32", description: "Every unit up to it is acknowledged, on disk." },
      HeadSequence: { dataType: "UInt32", description: "Last committed unit of this station." },
    },
  },
  GetUnits: {
    description:
      "Units in order, for clients that can use nothing else. Ask again with NextSequence; empty at the end.",
    inputs: {
      FromSequence: {
        dataType: "UInt32",
        description: "First unit wanted; 0, or one that is no longer kept, gives the oldest kept.",
      },
      Max: { dataType: "UInt32", description: "At most so many units; 0, or more than 1000, gives up to 1000." },
    },
    outputs: {
      NextSequence: { dataType: "UInt32", description: "FromSequence of the next call." },
      HeadSequence: { dataType: "UInt32", description: "Last committed unit of this station; 0 without one." },
      ...unitColumns,
    },
  },
} as const satisfies Readonly<Record<string, MethodModel>>;

export const contextMethods = {
  SetContext: {
    description:
      "Replaces the whole production context, or nothing of it. The same context again is Good with the same revision.",
    inputs: {
      OrderId: { dataType: "String", description: "Production order; empty for none." },
      Lot: { dataType: "String", description: "Lot; must not be empty (see ClearContext)." },
      Sku: { dataType: "String", description: "Article; empty for none." },
      RecipeId: { dataType: "String", description: "Recipe; empty keeps the configured one." },
      Shift: { dataType: "String", description: "Shift; empty for none." },
      Operator: { dataType: "String", description: "Operator; empty for none." },
      TargetQuantity: { dataType: "UInt32", description: "Units to make; 0 = no target." },
      RunType: { dataType: "Int32", description: "0 production, 1 rework, 2 trial, 3 cleaning." },
      ...effective,
    },
    outputs,
  },
  StartLot: {
    description: "Starts a lot and keeps the rest of the context. A lot that was ended is resumed with its counts.",
    inputs: { Lot: { dataType: "String", description: "Lot; must not be empty." }, ...effective },
    outputs,
  },
  EndLot: { description: "Ends the lot and keeps the rest of the context.", inputs: effective, outputs },
  ClearContext: { description: "Ends the lot and empties the whole context.", inputs: effective, outputs },
} as const satisfies Readonly<Record<string, MethodModel>>;

export const clusterMethods = {
  SetDisposition: {
    description:
      "Decides what becomes of the units of a cluster. Hold can be changed later; release, rework and scrap close the cluster, once it has ended.",
    inputs: {
      ClusterId: { dataType: "String", description: "An open cluster, as its event or Clusters/OpenIds name it." },
      Disposition: { dataType: "Int32", description: "1 hold, 2 release, 3 rework, 4 scrap." },
      Comment: { dataType: "String", description: "Why; empty for none." },
    },
    outputs: {},
  },
} as const satisfies Readonly<Record<string, MethodModel>>;
