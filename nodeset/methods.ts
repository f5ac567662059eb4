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
  ExpectedRevision: {
    dataType: "UInt32",
    description: "Refused when the context in force has another revision; 0 = any.",
  },
} as const satisfies Readonly<Record<string, ArgumentModel>>;

const outputs = {
  Revision: { dataType: "UInt32", description: "Revision of the context that the call led to." },
  FromSequence: { dataType: "UInt32", description: "First unit that carries it; 0 while that is not known." },
  State: { dataType: "Int32", description: "0 effective, 1 pending, 2 unchanged." },
} as const satisfies Readonly<Record<string, ArgumentModel>>;

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
