import { coerceLocalizedText, DataType, resolveNodeId, StatusCodes, Variant, VariantArrayType } from "node-opcua";
import type { DeclaredState, DeclaredTransition } from "../../../nodeset/companions/declared-node.ts";
import { companionType } from "../../../nodeset/companions/instance.ts";
import type { CompanionType } from "../../../nodeset/companions/types.ts";
import type { Id } from "../../../nodeset/node-row.ts";
import { type Activity, lastChange } from "../../projections/duty.ts";
import { activityOf } from "../../projections/station-state.ts";
import { type Group, type Known, standardGroup } from "../binding.ts";
import { transitionBetween } from "../declared-transition.ts";
import { nodeIdText } from "../node-id.ts";
import { type StationSnapshot, stationActivity, timeOf } from "../snapshot.ts";
import { staleQuality } from "./status.ts";

/** Which state of a standard's state machine an activity of the station means; `undefined`: the machine is not active. */
export type StateTable = (activity: Activity) => string | undefined;

export const nodeId = (id: Id): Variant =>
  new Variant({ dataType: DataType.NodeId, value: resolveNodeId(nodeIdText(id)) });
export const nodeIds = (ids: readonly Id[]): Variant =>
  new Variant({
    dataType: DataType.NodeId,
    arrayType: VariantArrayType.Array,
    value: ids.map((id) => resolveNodeId(nodeIdText(id))),
  });
export const text = (value: string): Variant =>
  new Variant({ dataType: DataType.LocalizedText, value: coerceLocalizedText({ locale: "en", text: value }) });
export const scalar = (dataType: DataType, value: unknown): Variant => new Variant({ dataType, value });
const name = (value: string): Variant => scalar(DataType.QualifiedName, { namespaceIndex: 0, name: value });

/**
 * Shows a state machine of a standard, whose states the activity of the station means by a table.
 *
 * @param withTransition whether the instance has `LastTransition`
 * @throws RangeError for a state of the table that the type does not have, so that a typing error never reaches a client.
 */
export function stateMachineGroup(
  path: string,
  typeName: CompanionType,
  stateOf: StateTable,
  { states: used, withTransition = true }: { readonly states: readonly string[]; readonly withTransition?: boolean },
): Group {
  const type = companionType(typeName);
  const states = new Map(type.states?.map((state) => [state.name, state]));
  const unknown = used.filter((state) => !states.has(state));
  if (unknown.length > 0) throw new RangeError(`${typeName} has no state ${unknown.join(", ")}`);
  const availableStates = nodeIds(used.map((state) => states.get(state)!.id));
  const possible = (type.transitions ?? []).filter(({ from, to }) => used.includes(from) && used.includes(to));
  const availableTransitions = nodeIds(possible.map(({ id }) => id));

  /** A machine whose parent is in another state has no state (OPC 10000-16 §4.4.20). */
  const current =
    (value: (state: DeclaredState) => Known<Variant>) =>
    (s: StationSnapshot): Known<Variant> => {
      const state = stateOf(stationActivity(s));
      return state === undefined ? StatusCodes.BadStateNotActive : value(states.get(state)!);
    };
  const last =
    (value: (transition: DeclaredTransition, at: number) => Known<Variant>) =>
    (s: StationSnapshot): Known<Variant> => {
      const now = stationActivity(s);
      // Storage that takes nothing shows a state that no entry led to: how and when it came is nowhere.
      if (stateOf(now) !== stateOf(activityOf(s.state))) return StatusCodes.BadNoData;
      const change = lastChange(s.state.duty, now, stateOf);
      const transition =
        change?.from === undefined ? undefined : transitionBetween(type, change.from, stateOf(now) ?? "");
      return transition ? value(transition, change!.at) : StatusCodes.BadNoData;
    };
  return standardGroup(
    path,
    {
      CurrentState: current((state) => text(state.name)),
      "CurrentState/Id": current((state) => nodeId(state.id)),
      "CurrentState/Name": current((state) => name(state.name)),
      "CurrentState/Number": current((state) => scalar(DataType.UInt32, state.number)),
      AvailableStates: () => availableStates,
      AvailableTransitions: () => availableTransitions,
      ...(withTransition && {
        LastTransition: last((transition) => text(transition.name)),
        "LastTransition/Id": last((transition) => nodeId(transition.id)),
        "LastTransition/Name": last((transition) => name(transition.name)),
        "LastTransition/Number": last((transition) => scalar(DataType.UInt32, transition.number)),
        "LastTransition/TransitionTime": last((_, at) => scalar(DataType.DateTime, new Date(at))),
      }),
    },
    { on: { state: "changed", context: "changed", vitals: "changed" }, at: timeOf, quality: staleQuality },
  );
}
