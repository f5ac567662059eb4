import type { Defect } from "../../domain/defect.ts";
import { exceeds, worthMentioning } from "./exceeds.ts";

type Limits = Readonly<Record<string, { readonly max: number; readonly class: string } | undefined>>;

/** Quantities at or beyond their limit with both, for a person: `offset 3.20 mm, limit 2 mm`. */
export function overLimitText(quantities: Readonly<Record<string, number>>, limits: Limits): string {
  return Object.entries(quantities)
    .flatMap(([key, quantity]) => {
      const limit = limits[key];
      if (!limit || quantity < limit.max) return [];
      const [name, unit] = key.split("_");
      return [`${name} ${quantity.toFixed(2)} ${unit}, limit ${limit.max} ${unit}`];
    })
    .join("; ");
}

/**
 * What is beyond its limit, however unsurely: one defect per class, with the quantities that are measured of it.
 * @param quantities ≥ 0, the unit in the name
 */
export function overLimits(
  quantities: Readonly<Record<string, number>>,
  limits: Limits,
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
