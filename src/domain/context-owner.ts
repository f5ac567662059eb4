import type { CommandSource } from "./command.ts";

/** Who may say what is being made, by configuration of the station. */
export const contextOwners = ["mes", "jobs", "plc", "local"] as const;
export type ContextOwner = (typeof contextOwners)[number];

/** Which interfaces are whose, and how the owner changes the context: one row per owner. */
const owners: Readonly<Record<ContextOwner, { readonly sources: readonly CommandSource[]; readonly way: string }>> = {
  mes: { sources: ["opcua", "tags"], way: "the methods of Context, or Context/Request" },
  jobs: { sources: ["jobs"], way: "the job orders of JobManagement" },
  plc: { sources: ["plc"], way: "the PLC" },
  local: { sources: ["local"], way: "the operator at the station" },
};

export const isOwner = (owner: ContextOwner, source: CommandSource): boolean => owners[owner].sources.includes(source);

/** What somebody else is told. */
export const ownedBy = (owner: ContextOwner): string =>
  `the context of this station belongs to "${owner}": it is changed by ${owners[owner].way}; to change that, set context.owner in the station's configuration`;
