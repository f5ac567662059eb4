import { StatusCodes } from "node-opcua";
import { consumerVariables } from "../../../nodeset/variables.ts";
import {
  type Delivery,
  nothingAcknowledged,
  oldestUnacknowledged,
  unacknowledged,
} from "../../projections/consumers.ts";
import { group } from "../binding.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";

/**
 * What one consumer of results has got; set in one turn with the time of the last commit. When the oldest unit was made is
 * looked up, so it is not known for a second after another has become the oldest.
 */
export function consumerGroup(consumer: string) {
  const delivery = ({ state }: StationSnapshot): Delivery => state.deliveries[consumer] ?? nothingAcknowledged;
  const oldest = (s: StationSnapshot) => oldestUnacknowledged(delivery(s), s.state.sequence);
  return group(`ResultManagement/Consumers/${consumer}`, consumerVariables, {
    on: { page: "changed", delivery: "changed" },
    at: (s) => s.ledger.committedAt ?? timeOf(s),
    values: {
      Delivered: ({ delivered }) => delivered[consumer],
      Acknowledged: (s) => delivery(s).cursor,
      OldestUnacknowledged: (s) => oldest(s) ?? StatusCodes.BadNoData,
      OldestUnacknowledgedTime(s) {
        const sequence = oldest(s);
        if (sequence === undefined) return StatusCodes.BadNoData;
        const found = s.oldestUnacknowledged[consumer];
        return found?.sequence === sequence ? found.triggeredAt : undefined;
      },
      UnacknowledgedCount: (s) => unacknowledged(delivery(s), s.state.sequence),
    },
  });
}
