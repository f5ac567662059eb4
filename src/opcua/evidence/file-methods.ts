import { DataType, type ISessionContext, StatusCodes, Variant, VariantArrayType } from "node-opcua";
import { type MethodCall, type MethodOutcome, type MethodRow, refusal } from "../method-table.ts";
import { wrong } from "../results/outputs.ts";
import type { OpenFiles } from "./open-files.ts";

/** Bytes of one Read; what `MaxByteStringLength` says. */
export const maximumRead = 65_536;
/** OPC 10000-20 §4.2.2: bit 0 reads, the others write in one way or another. */
const readMode = 1;
const knownModes = 0b1111;

/** Handles are of a session (OPC 10000-20 §4.2.2). */
export const sessionOf = ({ session }: ISessionContext): string => session?.getSessionId().toString() ?? "";

const unknownHandle = (): MethodOutcome =>
  wrong("FileHandle", StatusCodes.BadInvalidArgument, "is no handle of this session; it may have been idle too long");
/** 64-bit numbers come as two halves. */
const numberOf = (value: unknown): number =>
  Array.isArray(value) ? Number(value[0]) * 2 ** 32 + Number(value[1]) : Number(value);
export const uint64 = (value: number): Variant =>
  new Variant({
    dataType: DataType.UInt64,
    arrayType: VariantArrayType.Scalar, // its two halves would look like an array
    value: [Math.floor(value / 2 ** 32), value >>> 0],
  });

/** The methods of one file (OPC 10000-20 §4.2), for reading only. */
export function fileMethodRows(files: OpenFiles, index: number, path: string): readonly MethodRow[] {
  const handleOf = ({ inputs }: MethodCall): number => Number(inputs["FileHandle"]);
  const Open = ({ inputs, context }: MethodCall): MethodOutcome => {
    const mode = Number(inputs["Mode"]);
    if ((mode & ~knownModes) !== 0 || mode === 0)
      return wrong("Mode", StatusCodes.BadInvalidArgument, "has to be 1 (read)");
    if (mode !== readMode) return refusal(StatusCodes.BadNotWritable, "pictures are evidence: open them with Mode 1");
    const handle = files.open(index, sessionOf(context));
    if (handle === undefined)
      return refusal(StatusCodes.BadNotReadable, "this session has no picture open here: call OpenEvidence first");
    return { outputs: [new Variant({ dataType: DataType.UInt32, value: handle })] };
  };
  const Close = (call: MethodCall): MethodOutcome =>
    files.close(index, sessionOf(call.context), handleOf(call)) ? { outputs: [] } : unknownHandle();
  const Read = (call: MethodCall): MethodOutcome => {
    const length = Number(call.inputs["Length"]);
    if (!(length > 0)) return wrong("Length", StatusCodes.BadInvalidArgument, "has to be above 0");
    const part = files.read(index, sessionOf(call.context), handleOf(call), Math.min(length, maximumRead));
    if (!part) return unknownHandle();
    return { outputs: [new Variant({ dataType: DataType.ByteString, value: Buffer.from(part) })] };
  };
  const Write = (): MethodOutcome => refusal(StatusCodes.BadNotWritable, "pictures are evidence");
  const GetPosition = (call: MethodCall): MethodOutcome => {
    const position = files.position(index, sessionOf(call.context), handleOf(call));
    return position === undefined ? unknownHandle() : { outputs: [uint64(position)] };
  };
  const SetPosition = (call: MethodCall): MethodOutcome =>
    files.seek(index, sessionOf(call.context), handleOf(call), numberOf(call.inputs["Position"]))
      ? { outputs: [] }
      : unknownHandle();
  return Object.entries({ Open, Close, Read, Write, GetPosition, SetPosition }).map(([name, call]) => ({
    path,
    name,
    permission: "read",
    call,
  }));
}
