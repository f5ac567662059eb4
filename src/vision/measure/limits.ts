import type { Defect } from "../../domain/defect.ts";
import { exceeds, worthMentioning } from "./exceeds.ts";

/**
 * What is beyond its limit, however unsurely: one defect per class, with the quantities that are measured of it.
 * @param quantities ≥ 0, the unit in the name
 */
export function overLimits(
  quantities: Readonly<Record<string, number>>,
  limits: Readonly<Record<string, { readonly max: number; readonly class: string } | undefined>>,
  where: Pick<Defect, "zone" | "box">,
): Defect[] {
  const found = new Map<string, Defect>();
  for (const [name, quantity] of Object.entries(quantities)) {
    const limit = limits[name];
    if (!limit) continue;
    const confidence = exceeds(quantity, limit.max);
    if (confidence < worthMentioning || confidence <= (found.get(limit.class)?.confidence ?? 0)) continue;
    found.set(limit.class, { class: limit.class, confidence, ...where, measures: { ...quantities } });
  }
  return [...found.values()];
}
