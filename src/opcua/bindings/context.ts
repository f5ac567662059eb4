import { StatusCodes } from "node-opcua";
import { enumerations } from "../../../nodeset/enumerations.ts";
import { contextJobVariables, contextVariables } from "../../../nodeset/variables.ts";
import { isValidContext, runTypes } from "../../domain/context.ts";
import { jobStateNumbers } from "../../domain/job.ts";
import { momentText } from "../../domain/pending-moment.ts";
import { activeJob } from "../../projections/jobs.ts";
import { contextOf, type StationState } from "../../projections/station-state.ts";
import { group } from "../binding.ts";
import { timeOf } from "../snapshot.ts";

/** The job order that has the station. */
export const contextJobGroup = group("Context", contextJobVariables, {
  on: { job: "changed" },
  at: timeOf,
  values: {
    JobOrderId: ({ state }) => activeJob(state.jobs)?.order.jobOrderId ?? "",
    JobState: ({ state }) => jobCode(state) ?? StatusCodes.BadNoData,
    JobStateText: ({ state }) => enumerations.JobState.names[jobCode(state) ?? -1] ?? StatusCodes.BadNoData,
    JobsWaiting: ({ state }) => state.jobs.filter((job) => job.state === "allowedToStart").length,
  },
});
const jobCode = ({ jobs }: StationState): number | undefined => {
  const job = activeJob(jobs);
  return job && jobStateNumbers[job.state];
};

export const contextGroup = group("Context", contextVariables, {
  on: { context: "changed", pending: "changed", shift: "changed" },
  at: (s, cause) => (cause === "pending" || cause === "shift" ? timeOf(s) : s.state.context.since || timeOf(s)),
  values: {
    OrderId: ({ state }) => state.context.orderId,
    Lot: ({ state }) => state.context.lot,
    Sku: ({ state }) => state.context.sku,
    RecipeId: ({ state }) => state.context.recipeId,
    Shift: ({ state }) => contextOf(state).shift,
    Operator: ({ state }) => state.context.operator,
    TargetQuantity: ({ state }) => state.context.targetQuantity,
    RunType: ({ state }) => runTypes.indexOf(state.context.runType),
    RunTypeText: ({ state }) => enumerations.RunType.names[runTypes.indexOf(state.context.runType)],
    Revision: ({ state }) => state.context.revision,
    Since: ({ state }) => state.context.since || undefined,
    Source: ({ state }) => state.context.source,
    ChangedBy: ({ state }) => state.context.changedBy,
    Valid: ({ state }) => isValidContext(state.context),
    Pending: ({ state: { pending } }) => (pending ? `lot ${pending.fields.lot} ${momentText(pending)}` : ""),
    PendingExpiresAt: ({ state: { pending } }) => pending?.expiresAt ?? StatusCodes.BadNoData,
    Owner: ({ setup }) => setup.contextOwner,
  },
});
