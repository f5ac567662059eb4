/** Optional members of FiniteStateMachineType that every state machine here has (OPC 10000-16 §4.4.5). */
const common = ["CurrentState/Name", "CurrentState/Number", "AvailableStates", "AvailableTransitions"] as const;
const transition = [
  "LastTransition",
  "LastTransition/Name",
  "LastTransition/Number",
  "LastTransition/TransitionTime",
] as const;

/**
 * Members of a state machine to ask `companionRows` for.
 *
 * @param at browse path of the state machine below the instance, e.g. `VisionStateMachine`; "" for the instance itself
 */
export const stateMachineMembers = (at = "", { withTransition = true } = {}): string[] =>
  [...common, ...(withTransition ? transition : [])].map((member) => (at === "" ? member : `${at}/${member}`));
