import type { DeclaredTransition, DeclaredType } from "../../nodeset/companions/declared-node.ts";

/** The transition between two states of a standard's state machine; where it has several, the one that no client causes. */
export function transitionBetween(
  { transitions = [] }: DeclaredType,
  from: string,
  to: string,
): DeclaredTransition | undefined {
  const fitting = transitions.filter((transition) => transition.from === from && transition.to === to);
  return fitting.find(({ name }) => name.endsWith("Auto")) ?? fitting[0];
}
