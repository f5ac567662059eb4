import type { Zone } from "../domain/recipe.ts";
import type { Point } from "./placement.ts";
import type { StepSite } from "./step.ts";

/** Whatever is found in a zone is of one class there. */
export interface ZoneClass {
  readonly name: string;
  readonly zone: Zone;
  readonly class: string;
}

/** The zones that a step's options map to classes, in their order. @throws AppError for one that the recipe does not have. */
export const zoneClasses = (zones: Readonly<Record<string, string>>, site: StepSite): readonly ZoneClass[] =>
  Object.entries(zones).map(([name, of]) => ({ name, zone: site.zone(name), class: of }));

/** The first that holds a point, px of the reference picture. */
export const zoneClassAt = (zones: readonly ZoneClass[], { x, y }: Point): ZoneClass | undefined =>
  zones.find(({ zone: [left, top, width, height] }) => x >= left && x < left + width && y >= top && y < top + height);
