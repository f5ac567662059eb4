import type { MethodModel, VariableTable } from "./model.ts";

const text = { dataType: "String" } as const;
const pictures = { dataType: "UInt32" } as const;
const milliseconds = { dataType: "Double", unit: "milliseconds" } as const;

export const shadowVariables = {
  RecipeId: { ...text, description: "Recipe that looks along, ID@version; empty when none does." },
  Running: { dataType: "Boolean", description: "It looks along: what it says is compared." },
  Status: { ...text, description: "How it stands: what loads or looks along, or why it cannot." },
  Units: {
    ...pictures,
    description:
      "Pictures that both judged, since it began or another recipe decides; BadNoData when none looks along.",
  },
  Differences: { ...pictures, description: "Those of them that they judge differently." },
  PassToFail: { ...pictures, description: "Passed, and the shadow would have failed them." },
  FailToPass: { ...pictures, description: "Failed, and the shadow would have passed them." },
  Failures: { ...pictures, description: "Pictures that the shadow did not inspect." },
  LatencyP50Ms: { ...milliseconds, description: "Median of trigger to the shadow's verdict, last 1,000 pictures." },
  LatencyP99Ms: { ...milliseconds, description: "99 % of trigger to the shadow's verdict, last 1,000 pictures." },
} as const satisfies VariableTable;

export const shadowMethods = {
  StartShadow: {
    description:
      "Lets a recipe look along in a process of its own, in place of the one before. It decides nothing and stands in no record.",
    inputs: {
      RecipeId: { dataType: "String", description: "ID (its newest version) or ID@version." },
    },
    outputs: {},
  },
  StopShadow: { description: "Ends it; Good also when none looks along.", inputs: {}, outputs: {} },
} as const satisfies Readonly<Record<string, MethodModel>>;
