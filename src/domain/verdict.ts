import type { Defect } from "./defect.ts";

/**
 * Outcome for one physical unit. Only `pass` is a pass.
 *
 * `invalid` (seen, but not decidable) and `notInspected` (no decision in time, or no image) are outcomes, not errors:
 * the reject policy decides what happens to such a unit.
 */
export type Verdict =
  | {
      readonly kind: "pass";
      readonly confidence: number;
      /** Not sure enough to fail, but a person should look at it. */
      readonly review?: readonly Defect[];
    }
  | { readonly kind: "fail"; readonly confidence: number; readonly defects: readonly [Defect, ...Defect[]] }
  | { readonly kind: "invalid"; readonly reason: InvalidReason; readonly detail?: string }
  | { readonly kind: "notInspected"; readonly reason: NotInspectedReason; readonly detail?: string };

export type VerdictKind = Verdict["kind"];

/**
 * Why a unit that was seen could not be decided. `noExpectation`: the recipe compares it with something that the
 * production context does not say.
 */
export type InvalidReason =
  | "covered"
  | "dark"
  | "overexposed"
  | "blurred"
  | "frozen"
  | "wrongSize"
  | "badImage"
  | "torn"
  | "mislocated"
  | "unreadable"
  | "noExpectation";
/** Why a unit has no decision. */
export type NotInspectedReason =
  | "overload"
  | "deadline"
  | "cameraGone"
  | "visionDown"
  | "inferenceFault"
  | "noModel"
  | "restart";

/** As on the wire (`Verdict` enumeration); the order is a public contract. */
export const verdictCodes = { undefined: 0, pass: 1, fail: 2, invalid: 3, notInspected: 4 } as const;

const severity: Record<VerdictKind, number> = { pass: 0, notInspected: 1, invalid: 2, fail: 3 };

/** The worse of two verdicts for one unit: fail > invalid > notInspected > pass. On a tie the first wins. */
export const isWorse = (a: Verdict, than: Verdict): boolean => severity[a.kind] > severity[than.kind];

/** Reasons that speak about the camera's picture, not about the product. */
const cameraReasons: ReadonlySet<string> = new Set<InvalidReason | NotInspectedReason>([
  "covered",
  "dark",
  "overexposed",
  "blurred",
  "frozen",
  "wrongSize",
  "badImage",
  "torn",
  "cameraGone",
]);

/** Reasons that speak about the inspection itself: too slow, or broken. */
const inspectionReasons: ReadonlySet<string> = new Set<NotInspectedReason>(["overload", "deadline", "inferenceFault"]);

/** What keeps units from being inspected, as far as this verdict tells: whose trouble it is, and which. Turns the line status. */
export function troubleOf(
  verdict: Verdict,
): { readonly of: "camera" | "inspection"; readonly reason: string } | undefined {
  if (!("reason" in verdict)) return undefined;
  const { reason } = verdict;
  if (cameraReasons.has(reason)) return { of: "camera", reason };
  return inspectionReasons.has(reason) ? { of: "inspection", reason } : undefined;
}
