import { type AddressSpace, DataType, Variant } from "node-opcua";
import type { UnitRecord } from "../../domain/unit-record.ts";
import { resultFields } from "../events/result.ts";
import { variantOf } from "../events/variant.ts";

/** Makes ResultDataType structures of units (OPC 40001-101 §10.5), the same that their events carry; null for none. */
export const resultVariants =
  (addressSpace: AddressSpace, ledgerId: string, station: string) =>
  (unit: UnitRecord | undefined): Variant =>
    unit
      ? variantOf(new Map(resultFields(ledgerId, station, unit)).get("7:Result"), addressSpace)
      : new Variant({ dataType: DataType.ExtensionObject, value: null });
