import type { ISessionContext } from "node-opcua";
import type { PlainEvent } from "../../../src/opcua/events/plain-event.ts";
import { givenByEvent } from "../../../src/opcua/results/given.ts";

const consumers = ["anna", "ben"].map((user) => ({ id: `MES-${user}`, user, from: "oldest" as const }));
const resultOf = (sequence: number): PlainEvent =>
  ({
    fields: new Map(
      Object.entries({
        "7:Result": { value: {} },
        "2:StationId": { value: "LINE-01" },
        "2:Sequence": { value: sequence },
      }),
    ),
  }) as unknown as PlainEvent;

// OPC 10000-4 §5.7.3: a session may change its user. What it gets from then on is delivered to another consumer.
test("a result is delivered to the consumer that the session belongs to now", () => {
  const delivered: unknown[] = [];
  const given = givenByEvent(consumers, (...what) => delivered.push(what));
  let user = "anna";
  const session = { clientDescription: { applicationUri: "urn:mes" } };
  const context = { session, getUserName: () => user } as unknown as ISessionContext;
  given(resultOf(1), context);
  user = "ben";
  given(resultOf(2), context);
  user = "somebody";
  given(resultOf(3), context);
  expect(delivered).toEqual([
    ["LINE-01", "MES-anna", 1],
    ["LINE-01", "MES-ben", 2],
  ]);
});
