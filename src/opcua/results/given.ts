import type { ISessionContext } from "node-opcua";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import { type Consumer, consumerOf } from "../../domain/consumer.ts";
import { sessionCaller } from "../caller.ts";
import type { PlainEvent } from "../events/plain-event.ts";

const own = (name: string): string => `${namespaceIndexes.tallyline}:${name}`;

/** Returns what is told of each event that goes into a client's queue: a result that goes to a consumer is delivered. */
export function givenByEvent(
  consumers: readonly Consumer[],
  deliver: (station: string, consumer: string, sequence: number) => void,
): (event: PlainEvent, context: ISessionContext) => void {
  return ({ fields }, context) => {
    if (!context.session || !fields.has("7:Result")) return;
    // Asked anew each time: ActivateSession may give a session another user (OPC 10000-4 §5.7.3).
    const consumer = consumerOf(consumers, sessionCaller(context));
    if (!consumer) return;
    deliver(String(fields.get(own("StationId"))?.value), consumer.id, Number(fields.get(own("Sequence"))?.value));
  };
}
