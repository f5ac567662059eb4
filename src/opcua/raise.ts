import type { Committed } from "../domain/ledger-entry.ts";
import type { LiveEvents } from "./events/live.ts";
import { plainEventsOf } from "./events/plain-event.ts";
import type { StationSetup } from "./messages.ts";
import { instanceNodeId } from "./node-id.ts";

/**
 * Returns the function that raises the events of an entry, if it has any: results at the station's ResultManagement, the
 * rest at the station, and both at everything above.
 *
 * `report` gets what went wrong instead of the caller: an event that one client cannot take must not stop the ledger's reader.
 */
export function createRaiser(
  live: LiveEvents,
  setup: StationSetup,
  ledgerId: string,
  report: (error: unknown) => void,
): (committed: Committed) => void {
  const station = instanceNodeId(setup.id);
  const results = instanceNodeId(setup.id, "ResultManagement");
  return (committed) => {
    try {
      for (const event of plainEventsOf(committed, setup, ledgerId, live.index.types))
        live.emit(event, event.fields.has("7:Result") ? results : station);
    } catch (error) {
      report(error);
    }
  };
}
