import { DataType, type StatusCode, StatusCodes, Variant, VariantArrayType } from "node-opcua";
import type { MethodOutcome } from "../method-table.ts";
import type { ResultError } from "./result-error.ts";

/** Object below the station that has the methods. */
export const path = "ResultManagement";

export const uint32 = (value: number): Variant => new Variant({ dataType: DataType.UInt32, value });
export const error = (value: ResultError): Variant => new Variant({ dataType: DataType.Int32, value });
export const errorList = (value: readonly ResultError[]): Variant =>
  new Variant({ dataType: DataType.Int32, arrayType: VariantArrayType.Array, value: [...value] });
export const textList = (value: readonly string[]): Variant =>
  new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value: [...value] });

/** One argument is wrong (OPC 10000-4 §5.12.2). */
export const wrong = (name: string, status: StatusCode, problem: string): MethodOutcome => ({
  status: StatusCodes.BadInvalidArgument,
  message: `${name} ${problem}`,
  problems: { [name]: { status, problem } },
});
