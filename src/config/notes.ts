import type { ContextOwner } from "../domain/context-owner.ts";
import type { Config } from "./schema.ts";

/** Who cannot set a context yet: nothing in the program speaks for them. */
const voiceless: Readonly<Partial<Record<ContextOwner, string>>> = {
  plc: "there is no way in for a PLC",
  local: "there is no operator's screen",
};

/**
 * What a sound configuration asks for and will not get yet, each with what to do about it: nothing of it keeps the
 * program from running, and nobody would see it otherwise.
 */
export function configNotes({ opcua, stations }: Config): readonly string[] {
  const ofStations = stations.flatMap(({ id, context: { owner } }) => {
    const why = voiceless[owner];
    return why
      ? [
          `station ${id}: nobody can set the production context: its owner is ${owner}, and ${why} yet; set context.owner to mes or jobs`,
        ]
      : [];
  });
  const ofConsumers = opcua.consumers.flatMap(({ id, user }) =>
    user !== undefined && user !== "anonymous"
      ? [
          `consumer ${id}: no session can acknowledge for it: there are no user accounts yet, so no session is of user ${user}; name its application instead`,
        ]
      : [],
  );
  // Until there are user accounts, an endpoint without anonymous access is an endpoint without clients.
  const ofAccess =
    opcua.anonymous === "off"
      ? [
          "no OPC UA client can log in: there are no user accounts yet, and opcua.anonymous is off; set it to read or full",
        ]
      : [];
  return [...ofAccess, ...ofConsumers, ...ofStations];
}
