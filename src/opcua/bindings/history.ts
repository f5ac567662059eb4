import { DataType, Variant } from "node-opcua";
import { historyConfigurationName } from "../../../nodeset/nodes.ts";
import { type Known, standardGroup } from "../binding.ts";
import { aggregateDefaults } from "../history/aggregate-defaults.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";

const boolean = (value: boolean) => () => new Variant({ dataType: DataType.Boolean, value });
const percent = (value: number) => () => new Variant({ dataType: DataType.Byte, value });
const oldest = ({ ledger: { oldestTime } }: StationSnapshot): Known<Variant> =>
  oldestTime === undefined ? undefined : new Variant({ dataType: DataType.DateTime, value: new Date(oldestTime) });

/** How the history of the station's variables is kept (OPC 10000-11 §5.2.2): the same for all of them. */
export const historyGroup = standardGroup(
  historyConfigurationName,
  {
    Stepped: boolean(true),
    Definition: () => new Variant({ dataType: DataType.String, value: "Every value, from the station's ledger." }),
    StartOfArchive: oldest,
    StartOfOnlineArchive: oldest,
    ServerTimestampSupported: boolean(true),
    "AggregateConfiguration/TreatUncertainAsBad": boolean(aggregateDefaults.treatUncertainAsBad),
    "AggregateConfiguration/PercentDataBad": percent(aggregateDefaults.percentDataBad),
    "AggregateConfiguration/PercentDataGood": percent(aggregateDefaults.percentDataGood),
    "AggregateConfiguration/UseSlopedExtrapolation": boolean(aggregateDefaults.useSlopedExtrapolation),
  },
  { on: { page: "changed" }, at: timeOf },
);
