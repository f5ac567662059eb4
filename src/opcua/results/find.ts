import {
  type ContentFilter,
  type RelativePath,
  SimpleAttributeOperand,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { compileWhere } from "../events/compile-where.ts";
import { compare } from "../events/conversion.ts";
import type { PlainValue } from "../events/plain-value.ts";
import type { EventTypeIndex } from "../events/read-event-types.ts";
import type { FieldPlan } from "../events/select.ts";
import type { Operand, WherePlan } from "../events/where.ts";
import type { EventsRequest } from "../history/events.ts";
import type { HistoryReader } from "../history/requests.ts";
import { capabilities } from "../limits.ts";
import { compileOrder, eventOperand } from "./result-path.ts";

/** A search for results, checked. Plain data. */
export interface ResultSearch {
  readonly where: WherePlan;
  /** Ascending, the first criterion first; the newest first when empty, and among equals. */
  readonly order: readonly FieldPlan[];
}
/** What is wrong with one argument. */
export interface SearchProblem {
  readonly argument: "Filter" | "OrderedBy";
  readonly status: StatusCode;
  readonly problem: string;
}

/** Ids that one answer holds, and that are put in order, at most. */
export const maximumFound = 10_000;
/** Ids per page of the search. */
const pageSize = 500;
/** How long a search may take, ms: less than a client waits. */
export const searchMs = 3_000;

const sequence: FieldPlan = { path: `${namespaceIndexes.tallyline}:Sequence` };
const idField: FieldPlan = { path: ["Result", "ResultMetaData", "ResultId"].map((name) => `7:${name}`).join("/") };
/** What only units have: others need not be looked at. */
const isUnit = {
  operator: "GreaterThan",
  operands: [
    { kind: "field", field: sequence },
    { kind: "literal", value: { dataType: "UInt32", value: 0 } },
  ],
} as const;

/** The client's filter and "is a unit", both. */
function ofUnits(plan: WherePlan): WherePlan {
  if (plan.length === 0) return [isUnit];
  const moved = (operand: Operand): Operand =>
    operand.kind === "element" ? { ...operand, index: operand.index + 2 } : operand;
  const and = [1, 2].map((index) => ({ kind: "element", index }) as const);
  const client = plan.map((element) => ({ ...element, operands: element.operands.map(moved) }));
  return [{ operator: "And", operands: and }, isUnit, ...client];
}

/** Checks filter and order of a GetResultIdListFiltered; says everything that is wrong (OPC 10000-4 §7.7.2, §7.30). */
export function compileSearch(
  filter: ContentFilter | null,
  orderedBy: readonly (RelativePath | null)[],
  index: EventTypeIndex,
): ResultSearch | readonly SearchProblem[] {
  for (const element of filter?.elements ?? [])
    if (element?.filterOperands)
      element.filterOperands = element.filterOperands.map((operand) =>
        operand instanceof SimpleAttributeOperand ? eventOperand(operand, index) : operand,
      );
  const { plan, results, isTooLarge } = compileWhere(filter, index);
  const order = orderedBy.map((path) => compileOrder(path, index));
  const problems: SearchProblem[] = [];
  const elements = results.flatMap(({ status, operands }, n) =>
    status.isGood()
      ? []
      : [{ status, text: [`element ${n}: ${status.name}`, ...operands.map((o) => o.name)].join(", ") }],
  );
  if (elements[0])
    problems.push({ argument: "Filter", status: elements[0].status, problem: elements.map((e) => e.text).join("; ") });
  if (isTooLarge)
    problems.push({
      argument: "Filter",
      status: StatusCodes.BadContentFilterInvalid,
      problem: `more than ${capabilities.maxWhereClauseParameters} elements or operands`,
    });
  const wrong = order.findIndex(({ field }) => !field);
  if (wrong >= 0)
    problems.push({
      argument: "OrderedBy",
      status: order[wrong]!.status,
      problem: `criterion ${wrong} leads to no field of a result`,
    });
  if (problems.length > 0 || !plan) return problems;
  return { where: ofUnits(plan), order: order.map(({ field }) => field!) };
}

type Fields = readonly (PlainValue | undefined)[];
/** By the fields behind the id; what has no value comes first. */
function byOrder(a: Fields, b: Fields): number {
  for (let n = 1; n < a.length; n++) {
    const [x, y] = [a[n], b[n]];
    const order = x && y ? (compare(x, y)?.order ?? 0) : Number(x !== undefined) - Number(y !== undefined);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Ids of the results of a station that a search finds, at most `max` (0 = as many as one answer holds). Rejects with a
 * HistoryUnavailable. `isComplete` is false when the search was given up, or found more than one answer holds.
 */
export async function findResults(
  history: HistoryReader,
  station: string,
  { where, order }: ResultSearch,
  max: number,
  { budgetMs = searchMs, now = () => performance.now() } = {},
): Promise<{ readonly ids: readonly string[]; readonly isComplete: boolean }> {
  const most = Math.min(max || maximumFound, maximumFound);
  // An order needs all that there is; without one the search ends with the last id wanted.
  const wanted = order.length > 0 ? maximumFound : most;
  const until = now() + Math.min(budgetMs, searchMs);
  const found: Fields[] = [];
  let next: EventsRequest | undefined = {
    type: "events",
    stations: [station],
    // Backwards: of a long ledger the newest results are what a search is for.
    start: Number.MAX_SAFE_INTEGER,
    end: Number.MIN_SAFE_INTEGER,
    select: [idField, ...order],
    where,
    limit: Math.min(pageSize, wanted),
  };
  while (next && found.length < wanted && now() < until) {
    const page: Awaited<ReturnType<typeof history.ask<EventsRequest>>> = await history.ask(next);
    found.push(...page.events);
    next = page.next;
  }
  if (order.length > 0) found.sort(byOrder);
  const ids = found.slice(0, most).map(([id]) => String(id?.value));
  const isAll = !next && found.length <= maximumFound;
  const isEnough = order.length === 0 && ids.length === max;
  return { ids, isComplete: isAll || isEnough };
}
