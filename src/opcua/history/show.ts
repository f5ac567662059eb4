import {
  type AddressSpace,
  DataType,
  DataValue,
  type ExtensionObject,
  extractRange,
  getStatusCodeFromCode,
  HistoryData,
  type NumericRange,
  TimestampsToReturn,
  Variant,
} from "node-opcua";
import type { ScalarName } from "../../../nodeset/model.ts";
import { toVariant } from "../binder.ts";
import { variantOf } from "../events/variant.ts";
import { breathe } from "../follow.ts";
import type { EventsPage } from "./events.ts";
import type { ValuePage, ValueRequest } from "./requests.ts";

/** Values or events that are converted before the event loop is given back: live events come first. */
const slice = 50;

/** How a client wants to see values. */
export interface ValueView {
  readonly dataType: ScalarName;
  readonly timestamps: TimestampsToReturn;
}

/** A page of values as HistoryData (OPC 10000-11 §6.6.2). */
export async function showValues(
  { rows }: ValuePage<ValueRequest>,
  { dataType, timestamps }: ValueView,
  indexRange: NumericRange | undefined,
): Promise<HistoryData> {
  const hasSource = timestamps === TimestampsToReturn.Source || timestamps === TimestampsToReturn.Both;
  const hasServer = timestamps === TimestampsToReturn.Server || timestamps === TimestampsToReturn.Both;
  const dataValues: DataValue[] = [];
  for (const { time, serverTime, value, status, dataType: own } of rows) {
    const dataValue = new DataValue({
      value: value === undefined ? new Variant({ dataType: DataType.Null }) : toVariant(own ?? dataType, value),
      statusCode: getStatusCodeFromCode(status),
      ...(hasSource && { sourceTimestamp: new Date(time) }),
      ...(hasServer && { serverTimestamp: new Date(serverTime) }),
    });
    dataValues.push(indexRange && !indexRange.isEmpty() ? extractRange(dataValue, indexRange) : dataValue);
    if (dataValues.length % slice === 0) await breathe();
  }
  return new HistoryData({ dataValues });
}

/** A page of events as HistoryEvent (OPC 10000-11 §6.6.4): the fields that live subscribers get, by the same code. */
export async function showEvents({ events: found }: EventsPage, addressSpace: AddressSpace): Promise<ExtensionObject> {
  const events: { readonly eventFields: Variant[] }[] = [];
  for (const fields of found) {
    events.push({ eventFields: fields.map((field) => variantOf(field, addressSpace)) });
    if (events.length % slice === 0) await breathe();
  }
  // node-opcua does not export the class.
  return addressSpace.constructExtensionObject(addressSpace.findDataType("HistoryEvent")!, { events });
}
