import { type ArgumentProblem, type ContextFields, contextProblems, type RunType, textProblem } from "./context.ts";
import type { RecipeChoice } from "./recipe.ts";

/** States of a job order and their numbers (OPC 10031-4 §6.2.1.2, Table 14). */
export const jobStateNumbers = {
  notAllowedToStart: 1,
  allowedToStart: 2,
  running: 3,
  interrupted: 4,
  ended: 5,
  aborted: 6,
} as const;
export type JobState = keyof typeof jobStateNumbers;

/** What somebody wants to be made, as far as the station understands it. */
export interface JobOrder {
  readonly jobOrderId: string;
  readonly description: string;
  readonly orderId: string;
  readonly lot: string;
  readonly sku: string;
  readonly recipeId: string;
  /** Units; 0 = no target. Shown beside the totals: a job ends when it is told to. */
  readonly targetQuantity: number;
  readonly runType: RunType;
  /** Of the orders that may start, the one with the highest is first. */
  readonly priority: number;
  /** Proposed, UTC ms; among orders of one priority the earliest is first. */
  readonly startTime?: number;
  readonly endTime?: number;
}

/** What is done to an order that is known; `removed` orders leave the list. One row per method (OPC 10031-4 §6.2.1). */
export const jobActions = {
  start: { from: ["notAllowedToStart"], to: "allowedToStart" },
  revokeStart: { from: ["allowedToStart"], to: "notAllowedToStart" },
  pause: { from: ["running"], to: "interrupted" },
  resume: { from: ["interrupted"], to: "running" },
  stop: { from: ["running", "interrupted"], to: "ended" },
  abort: { from: ["notAllowedToStart", "allowedToStart", "running", "interrupted"], to: "aborted" },
  cancel: { from: ["notAllowedToStart", "allowedToStart"], to: "removed" },
  clear: { from: ["ended", "aborted"], to: "removed" },
} as const satisfies Readonly<
  Record<string, { readonly from: readonly JobState[]; readonly to: JobState | "removed" }>
>;
export type JobAction = keyof typeof jobActions;

/** Before these an order is only a plan: it can be changed, and has no response. */
export const isPrepared = (state: JobState): boolean => state === "notAllowedToStart" || state === "allowedToStart";
export const isFinished = (state: JobState): boolean => state === "ended" || state === "aborted";

/** Orders that a station keeps at once (MaxDownloadableJobOrders). */
export const maximumJobs = 50;

/** The context that units of the order carry; who works and in which shift stays as it is. */
export const contextOfJob = (order: JobOrder, now: ContextFields): ContextFields => ({
  orderId: order.orderId,
  lot: order.lot,
  sku: order.sku,
  recipeId: order.recipeId,
  shift: now.shift,
  operator: now.operator,
  targetQuantity: order.targetQuantity,
  runType: order.runType,
});

/** What remains when no order runs: the line is set up as before, but its units belong to no order and no lot. */
export const contextWithoutJob = (now: ContextFields): ContextFields => ({
  ...now,
  orderId: "",
  lot: "",
  targetQuantity: 0,
});

/** Everything that is wrong with an order, whatever else there is; empty when it is fine. */
export function jobProblems(order: JobOrder, recipes: RecipeChoice): ArgumentProblem[] {
  const problems: ArgumentProblem[] = [];
  const idProblem = order.jobOrderId === "" ? "is empty; name the order" : textProblem(order.jobOrderId);
  if (idProblem) problems.push({ argument: "jobOrderId", problem: idProblem });
  const description = textProblem(order.description);
  if (description) problems.push({ argument: "description", problem: description });
  const context = contextOfJob(order, { ...order, shift: "", operator: "" });
  return [...problems, ...contextProblems(context, { recipes, lotRequired: true })];
}
