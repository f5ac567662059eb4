import { lineStatusOf, type StationSnapshot } from "./snapshot.ts";

/** Whether a station's inspection can be relied upon at present. */
export type Service = "inspecting" | "faulted" | "starting" | "silent";

/** A stopped or starved line inspects what comes; `starting` has not been heard of yet, `silent` not any more. */
export function serviceOf(snapshot: StationSnapshot): Service {
  if (snapshot.stale) return "silent";
  if (!snapshot.vitals) return "starting";
  return lineStatusOf(snapshot).state === "faulted" ? "faulted" : "inspecting";
}

/** Going away: no new clients, please (OPC 10000-4 §6.6.2.4.2, Maintenance). */
export const maintenanceLevel = 0;

/**
 * ServiceLevel of the server (OPC 10000-4 §6.6.2.4.2): 255 healthy when every station inspects; 2 to 199 degraded, by the
 * share that does; 1, no data, when none does.
 */
export function serviceLevel(services: readonly Service[]): number {
  const share = services.filter((s) => s === "inspecting").length / services.length;
  if (share === 1) return 255;
  return share === 0 ? 1 : Math.round(2 + share * 197);
}
