import type { Judgement } from "../domain/judgement.ts";
import type { ShadowFigures } from "../domain/shadow.ts";
import { percentile } from "../projections/timing.ts";

/** Compares what two recipes say of the same picture. */
export interface ShadowComparison {
  /** @returns the pair, e.g. `pass→fail`, when this completes one that differs */
  decided(judgement: Judgement): string | undefined;
  /** As of `decided`. */
  shadowed(judgement: Judgement, latencyMs: number): string | undefined;
  readonly figures: ShadowFigures;
}

/** Pictures that may wait for the other word; beyond, the oldest is given up. */
const maximumWaiting = 512;
const latencyWindow = 1_000;

/** undefined when it could not be inspected: that says nothing of what the recipe would have found. */
const wordOf = ({ unitKind, verdict }: Judgement): string | undefined =>
  verdict.kind === "notInspected" ? undefined : unitKind === "absent" ? "absent" : verdict.kind;

export function createShadowComparison(): ShadowComparison {
  type Side = "decided" | "shadowed";
  const waiting = new Map<string, { readonly side: Side; readonly word: string | undefined }>();
  const pairs: Record<string, number> = {};
  const latencies: number[] = [];
  let next = 0;
  let units = 0;
  let agreements = 0;
  let failures = 0;

  function compare(decided: string | undefined, shadow: string | undefined): string | undefined {
    if (shadow === undefined) failures += 1;
    if (decided === undefined || shadow === undefined) return undefined;
    units += 1;
    if (decided === shadow) {
      agreements += 1;
      return undefined;
    }
    const pair = `${decided}→${shadow}`;
    pairs[pair] = (pairs[pair] ?? 0) + 1;
    return pair;
  }
  function said(side: Side, judgement: Judgement): string | undefined {
    const key = `${judgement.triggerId} ${judgement.cameraId}`;
    const other = waiting.get(key);
    const word = wordOf(judgement);
    waiting.delete(key);
    if (other && other.side !== side)
      return side === "shadowed" ? compare(other.word, word) : compare(word, other.word);
    waiting.set(key, { side, word });
    if (waiting.size > maximumWaiting) {
      const [oldest, { side: only }] = waiting.entries().next().value!;
      waiting.delete(oldest);
      if (only === "decided") failures += 1;
    }
    return undefined;
  }
  return {
    decided: (judgement) => said("decided", judgement),
    shadowed(judgement, latencyMs) {
      if (wordOf(judgement) !== undefined) {
        latencies[next] = latencyMs;
        next = (next + 1) % latencyWindow;
      }
      return said("shadowed", judgement);
    },
    get figures() {
      const [latencyP50Ms, latencyP99Ms] = [percentile(latencies, 50), percentile(latencies, 99)];
      return {
        units,
        agreements,
        differences: units - agreements,
        pairs: { ...pairs },
        failures,
        ...(latencyP50Ms !== undefined && { latencyP50Ms }),
        ...(latencyP99Ms !== undefined && { latencyP99Ms }),
      };
    },
  };
}
