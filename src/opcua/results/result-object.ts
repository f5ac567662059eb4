import { type AddressSpace, DataType, type ExtensionObject, Variant } from "node-opcua";
import { namespaceIndexes } from "../../../nodeset/namespaces.ts";
import type { UnitRecord } from "../../domain/unit-record.ts";
import { AppError } from "../../platform/errors.ts";
import { resultMetaData } from "../result.ts";

/** The standard's data type is not in the address space: a defect of the program, or of a nodeset. */
export class ResultTypeError extends AppError {
  readonly code = "OPCUA_RESULT_TYPE";
}

/**
 * Makes ResultDataType structures of units (OPC 40001-101 §10.5), the same that their events carry; null for none.
 *
 * @throws ResultTypeError when the type is missing.
 */
export function resultVariants(addressSpace: AddressSpace, ledgerId: string, station: string) {
  const type = addressSpace.findDataType("ResultDataType", namespaceIndexes.machineryResult);
  if (!type) throw new ResultTypeError("ResultDataType of OPC 40001-101 is not in the address space");
  const structure = (unit: UnitRecord): ExtensionObject =>
    addressSpace.constructExtensionObject(type, {
      resultMetaData: resultMetaData(ledgerId, station, unit),
      resultContent: [],
    });
  return (unit: UnitRecord | undefined): Variant =>
    new Variant({ dataType: DataType.ExtensionObject, value: unit ? structure(unit) : null });
}
