import type { MethodModel, VariableTable } from "./model.ts";

export const selfTestVariables = {
  LastPassed: { dataType: "Boolean", description: "Whether the last self test passed; BadNoData before the first." },
  LastTime: { dataType: "DateTime", description: "When the last self test ended; BadNoData before the first." },
  LastDetails: {
    dataType: "String",
    description: "What the last self test checked, or what is wrong and what to do; BadNoData before the first.",
  },
} as const satisfies VariableTable;

export const selfTestMethods = {
  RunSelfTest: {
    description:
      "Runs the golden samples of every model that inspects, between units: does this machine still compute what was taught?",
    inputs: {},
    outputs: {
      Passed: { dataType: "Boolean", description: "Every sample gave what it must." },
      Details: { dataType: "String", description: "What was checked, or what is wrong and what to do." },
    },
  },
} as const satisfies Readonly<Record<string, MethodModel>>;
