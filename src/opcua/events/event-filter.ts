import {
  ContentFilterElementResult,
  ContentFilterResult,
  type EventFilter,
  EventFilterResult,
  type StatusCode,
  StatusCodes,
} from "node-opcua";
import { compileSelect } from "./compile-select.ts";
import { compileWhere } from "./compile-where.ts";
import type { EventTypeIndex } from "./read-event-types.ts";
import type { SelectPlan } from "./select.ts";
import type { WherePlan } from "./where.ts";

/** An event filter as plain data: another thread can evaluate it. */
export interface EventFilterPlan {
  readonly select: SelectPlan;
  readonly where: WherePlan;
}

export interface CompiledFilter {
  /** Absent when the filter has no meaning. */
  readonly plan: EventFilterPlan | undefined;
  /** Good, or BadEventFilterInvalid. */
  readonly status: StatusCode;
  /** What the client is told clause by clause. */
  readonly result: EventFilterResult;
}

/**
 * Compiles an event filter (OPC 10000-4 §7.22.3). Wrong select clauses are told and stay null, as long as one is right; a
 * wrong where clause, or no right select clause at all, makes the filter invalid.
 */
export function compileEventFilter(filter: EventFilter, index: EventTypeIndex): CompiledFilter {
  const select = compileSelect(filter.selectClauses ?? [], index);
  const where = compileWhere(filter.whereClause, index);
  const result = new EventFilterResult({
    selectClauseResults: [...select.results],
    selectClauseDiagnosticInfos: [],
    whereClauseResult: new ContentFilterResult({
      elementResults: where.results.map(
        ({ status, operands }) =>
          new ContentFilterElementResult({
            statusCode: status,
            operandStatusCodes: [...operands],
            operandDiagnosticInfos: [],
          }),
      ),
      elementDiagnosticInfos: [],
    }),
  });
  const plan =
    where.plan && select.plan.some((field) => field) ? { select: select.plan, where: where.plan } : undefined;
  return { plan, status: plan ? StatusCodes.Good : StatusCodes.BadEventFilterInvalid, result };
}
