import { StatusCodes } from "node-opcua";
import { enumerations } from "../../../nodeset/enumerations.ts";
import { contextVariables } from "../../../nodeset/variables.ts";
import { isValidContext, runTypes } from "../../domain/context.ts";
import { momentText } from "../../domain/pending-moment.ts";
import { contextOf } from "../../projections/station-state.ts";
import { group } from "../binding.ts";
import { timeOf } from "../snapshot.ts";

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
