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

/** What one consumer of results has got; set in one turn with the time of the last commit. */
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
      OldestUnacknowledgedTime: (s) =>
        oldest(s) === undefined ? StatusCodes.BadNoData : s.oldestUnacknowledgedTimes[consumer],
      UnacknowledgedCount: (s) => unacknowledged(delivery(s), s.state.sequence),
    },
  });
}
