import { type LineState, lineStateCodes } from "../../../src/domain/line-state.ts";
import { eventSources } from "../../../src/opcua/events/event-sources.ts";
import { plainEventsOf } from "../../../src/opcua/events/plain-event.ts";
import { aCommitted, aDraft } from "../../support/units.ts";
import { aSetup } from "../support/rig.ts";

// Permissions on sources are checked before history is read (OPC 10000-3 §8.55): one that is not listed would be handed out.
test("every source that a station's events can have is listed", () => {
  const setup = { ...aSetup().stations[0]!, facets: ["machineVision" as const] };
  const states = Object.keys(lineStateCodes) as LineState[];
  const seen = new Set(
    states.flatMap((from) =>
      states.flatMap((state) =>
        plainEventsOf(aCommitted(1, aDraft("state", { from, state, reason: "" })), setup, "ledger", {
          ids: { LineStatusChangedEventType: "ns=2;i=1" },
          supertypes: {},
        }).map(({ fields }) => fields.get("SourceNode")?.value),
      ),
    ),
  );
  expect([...seen].toSorted()).toEqual([...eventSources(setup)].toSorted());
});
