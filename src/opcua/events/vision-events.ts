import { companionType } from "../../../nodeset/companions/instance.ts";
import type { StandardEventType } from "../../../nodeset/events.ts";
import type { StateBody } from "../../domain/ledger-entry.ts";
import { transitionBetween } from "../declared-transition.ts";
import type { StationSetup } from "../messages.ts";
import { instanceNodeId, nodeIdText } from "../node-id.ts";
import { automaticMachine, automaticStates, visionMachine, visionStates } from "../vision/states.ts";
import { localizedText, type PlainValue } from "./plain-value.ts";
import type { StationEvent } from "./station-event.ts";

type Machine = typeof visionMachine | typeof automaticMachine;

/** Fields of TransitionEventType (OPC 10000-16 §4.4.17). A transition that the standard does not know has no name and no id. */
function transitionFields(machine: Machine, from: string, to: string): Readonly<Record<string, PlainValue>> {
  const type = companionType(machine.type);
  const parts = {
    FromState: type.states!.find(({ name }) => name === from),
    ToState: type.states!.find(({ name }) => name === to),
    Transition: transitionBetween(type, from, to),
  };
  return Object.fromEntries(
    Object.entries(parts).flatMap(([field, part]): (readonly [string, PlainValue])[] => [
      [field, localizedText(part?.name ?? "")],
      ...(part ? [[`${field}/Id`, { dataType: "NodeId", value: nodeIdText(part.id) } as const] as const] : []),
    ]),
  );
}

/**
 * What a change of the line means to a vision system: StateChanged whenever a machine enters another state, Error and
 * ErrorResolved at the ends of state Error (OPC 40100-1 §8.2.9). None while the facet is off:
 * the one case in which history follows today's configuration, because a facet is a view that a site chooses for the whole
 * ledger.
 */
export function visionEvents(
  { state, from, reason }: StateBody,
  time: number,
  { id, facets }: StationSetup,
): readonly StationEvent[] {
  if (!facets.includes("machineVision")) return [];
  const event = (type: StandardEventType, machine: Machine, before: string, after: string): StationEvent => ({
    type,
    time,
    severity: after === "Error" ? 700 : 200,
    message: `Vision system ${after}${reason && `: ${reason}`}`,
    fields: {},
    source: { nodeId: instanceNodeId(id, machine.path), name: machine.path.split("/").at(-1)! },
    inherited: transitionFields(machine, before, after),
  });
  const [before, after] = [visionStates[from], visionStates[state]];
  const [inner, next] = [automaticStates[from], automaticStates[state]];
  const outer = (type: StandardEventType) => event(type, visionMachine, before, after);
  return [
    ...(before !== after ? [outer("machineVision:StateChangedEventType")] : []),
    ...(before !== after && after === "Error" ? [outer("machineVision:ErrorEventType")] : []),
    ...(before !== after && before === "Error" ? [outer("machineVision:ErrorResolvedEventType")] : []),
    ...(inner && next && inner !== next
      ? [event("machineVision:StateChangedEventType", automaticMachine, inner, next)]
      : []),
  ];
}
