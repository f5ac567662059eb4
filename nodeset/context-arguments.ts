import type { ArgumentModel } from "./model.ts";

/** Argument of every method that changes the context. */
export const expectedRevision = {
  ExpectedRevision: {
    dataType: "UInt32",
    description: "Refused when the context in force has another revision; 0 = any.",
  },
} as const satisfies Readonly<Record<string, ArgumentModel>>;

/** What every method that changes the context answers. */
export const revision = {
  Revision: {
    dataType: "UInt32",
    description:
      "Revision of the context that the call led to; while State is 1 (pending), of the context that is still in force.",
  },
} as const satisfies Readonly<Record<string, ArgumentModel>>;
