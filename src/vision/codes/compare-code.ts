import type { Defect } from "../../domain/defect.ts";
import { type ElementString, gtin14, parseElementString } from "./gs1.ts";
import type { AcceptedRead, CascadeResult } from "./read-cascade.ts";

/** What must stand in the code: a trade item whatever the symbol, or an exact content. */
export type ExpectedCode = { readonly gtin: string } | { readonly text: string };

/** What a unit's code comes to. */
export type CodeFinding =
  /** `read`: nothing was expected, so nothing was compared. */
  | {
      readonly outcome: "read" | "match" | "wrongProduct";
      readonly read: AcceptedRead;
      /** The content taken apart, where it is a GS1 element string. */
      readonly elements?: ElementString;
    }
  /** Nothing stands. `doubtful`: contents with too little behind them to be believed. */
  | { readonly outcome: "unreadable"; readonly doubtful: readonly string[] };

/** Classes of what can be wrong with a code. */
export const codeClasses = { wrongProduct: "WRONG_PRODUCT", unreadable: "CODE_UNREADABLE" } as const;

/** The element string of a GS1 symbol; undefined for other symbols and for contents that break the rules. */
export function elementsOf({ text, isGs1 }: Pick<AcceptedRead, "text" | "isGs1">): ElementString | undefined {
  if (!isGs1) return undefined;
  const parsed = parseElementString(text);
  return "error" in parsed ? undefined : parsed;
}

/** True when this read is the expected code. A GTIN is compared as 14 digits, so UPC-A, EAN-13 and GS1 symbols of one item are equal. */
export function isExpectedCode(read: Pick<AcceptedRead, "text" | "isGs1">, expected: ExpectedCode): boolean {
  if ("text" in expected) return read.text === expected.text;
  const elements = elementsOf(read);
  const gtin = gtin14(elements ? (elements.get("01") ?? elements.get("02") ?? "") : read.text);
  return gtin !== undefined && gtin === gtin14(expected.gtin);
}

/**
 * Compares what was read with what is expected. The expected code may stand beside others (a neighbour's, an add-on);
 * when it does not stand there, whatever else was read is the wrong product.
 */
export function compareCode({ reads, doubtful }: CascadeResult, expected?: ExpectedCode): CodeFinding {
  const [best] = reads;
  if (!best) return { outcome: "unreadable", doubtful };
  const read = (expected && reads.find((r) => isExpectedCode(r, expected))) ?? best;
  const elements = elementsOf(read);
  return {
    outcome: expected ? (isExpectedCode(read, expected) ? "match" : "wrongProduct") : "read",
    read,
    ...(elements ? { elements } : {}),
  };
}

/** The defect that a finding is, if it is one. */
export function codeDefect(finding: CodeFinding): Defect | undefined {
  switch (finding.outcome) {
    case "read":
    case "match":
      return undefined;
    case "wrongProduct": {
      const [x, y, width, height] = finding.read.box;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const box = [left, top, Math.ceil(x + width) - left, Math.ceil(y + height) - top] as const;
      return { class: codeClasses.wrongProduct, confidence: 1, box };
    }
    case "unreadable":
      return { class: codeClasses.unreadable, confidence: 1 };
  }
}
