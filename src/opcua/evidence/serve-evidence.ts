import {
  type AddressSpace,
  DataType,
  type ISessionContext,
  NodeId,
  resolveNodeId,
  StatusCodes,
  type UAVariable,
  Variant,
  type VariantOptions,
} from "node-opcua";
import { evidenceFiles } from "../../../nodeset/evidence.ts";
import { reading } from "../history/reading.ts";
import { askedBy, type HistoryReader } from "../history/requests.ts";
import { type MethodCall, type MethodOutcome, type MethodRow, refusal } from "../method-table.ts";
import { instanceNodeId } from "../node-id.ts";
import { wrong } from "../results/outputs.ts";
import { sequenceOf } from "../results/result-id.ts";
import type { StationNodes } from "../station.ts";
import { fileMethodRows, maximumRead, sessionOf, uint64 } from "./file-methods.ts";
import { type Loaded, loadPicture, type Wanted } from "./load-picture.ts";
import { createOpenFiles, type OpenFiles } from "./open-files.ts";

/** A file that is not used for so long is closed, ms. */
const idleMs = 60_000;
/** Handles of one session: one client must not keep the others from reading. */
const maximumHandles = 2;
/** Standard: the picture of a result is its file (OPC 40001-101 §7.2). */
const transferPath = "ResultManagement/ResultTransfer";

export interface EvidenceDeps {
  readonly addressSpace: AddressSpace;
  readonly station: StationNodes;
  readonly history: HistoryReader;
  /** Of the pictures of all stations. */
  readonly folder: string;
}
/** The pictures of one station by OPC UA. */
export interface EvidenceService {
  readonly rows: readonly MethodRow[];
  /** Closes what was not used for long. To be called about once a second. */
  closeIdle(): void;
}

const filePath = (index: number): string => `Evidence/Files/${evidenceFiles[index]}`;

/** Shows on a file's nodes what is open. */
function shower(addressSpace: AddressSpace, station: string, files: () => OpenFiles): (index: number) => void {
  return (index) => {
    const { content, openCount } = files().slot(index);
    const set = (name: string, value: VariantOptions, status = StatusCodes.Good): void =>
      (addressSpace.findNode(instanceNodeId(station, filePath(index), name)) as UAVariable).setValueFromSource(
        value,
        status,
      );
    set("Size", uint64(content?.bytes.byteLength ?? 0));
    set("Writable", { dataType: DataType.Boolean, value: false });
    set("UserWritable", { dataType: DataType.Boolean, value: false });
    set("OpenCount", { dataType: DataType.UInt16, value: openCount });
    set("MimeType", { dataType: DataType.String, value: content?.mimeType ?? "" });
    set("MaxByteStringLength", { dataType: DataType.UInt32, value: maximumRead });
    if (content) set("LastModifiedTime", { dataType: DataType.DateTime, value: new Date(content.takenAt) });
    else set("LastModifiedTime", { dataType: DataType.DateTime, value: null }, StatusCodes.BadNoData);
  };
}

export function serveEvidence({ addressSpace, station, history, folder }: EvidenceDeps): EvidenceService {
  const { id, cameras } = station.snapshot.setup;
  const show = shower(addressSpace, id, () => files);
  const files = createOpenFiles({ count: evidenceFiles.length, idleMs }, () => performance.now(), show);
  evidenceFiles.forEach((_, index) => {
    show(index);
  });
  (addressSpace.findNode(instanceNodeId(id, transferPath, "ClientProcessingTimeout")) as UAVariable).setValueFromSource(
    { dataType: DataType.Double, value: idleMs },
  );

  type Opened = { readonly node: Variant; readonly handle: Variant; readonly loaded: Loaded };
  const open = async (
    context: ISessionContext,
    wanted: Omit<Wanted, "station" | "cameras">,
  ): Promise<Opened | MethodOutcome> => {
    const session = sessionOf(context);
    if (files.handlesOf(session) >= maximumHandles)
      return refusal(
        StatusCodes.BadTooManyOperations,
        `this session has ${maximumHandles} pictures open; close one first`,
      );
    const index = files.reserve(session);
    if (index === undefined)
      return refusal(
        StatusCodes.BadResourceUnavailable,
        `${evidenceFiles.length} pictures are open already; ask again in a moment`,
      );
    const { oldest = Number.POSITIVE_INFINITY } = station.snapshot.state.evidence;
    try {
      const whole = { station: id, cameras, ...wanted };
      const loaded = await loadPicture(askedBy(history, context.session), folder, whole, oldest);
      if ("status" in loaded)
        return loaded.argument
          ? wrong(loaded.argument, loaded.status, loaded.message)
          : refusal(loaded.status, loaded.message);
      return {
        node: new Variant({ dataType: DataType.NodeId, value: resolveNodeId(instanceNodeId(id, filePath(index))) }),
        handle: new Variant({ dataType: DataType.UInt32, value: files.fill(index, loaded.content) }),
        loaded,
      };
    } finally {
      if (!files.slot(index).content) files.giveUp(index);
    }
  };

  const OpenEvidence = async ({ inputs, context }: MethodCall): Promise<MethodOutcome> => {
    const opened = await open(context, {
      sequence: Number(inputs["Sequence"]),
      cameraId: String(inputs["CameraId"]),
      marked: inputs["Marked"] === true,
    });
    if (!("loaded" in opened)) return opened;
    const { node, handle, loaded } = opened;
    return {
      outputs: [
        node,
        handle,
        new Variant({ dataType: DataType.String, value: loaded.file }),
        new Variant({ dataType: DataType.UInt32, value: loaded.bytes }),
        new Variant({ dataType: DataType.String, value: loaded.sha256 }),
      ],
    };
  };
  const GenerateFileForRead = async ({ inputs, context }: MethodCall): Promise<MethodOutcome> => {
    const options = Object(inputs["GenerateOptions"]) as { readonly resultId?: string | null };
    const { ledgerId } = station.snapshot.ledger;
    const named = sequenceOf(options.resultId ?? "", { ledgerId, station: id });
    if ("error" in named)
      return wrong("GenerateOptions", StatusCodes.BadInvalidArgument, "names no result of this station");
    const opened = await open(context, { sequence: named.sequence, cameraId: "", marked: false });
    if (!("loaded" in opened)) return opened;
    // The file is complete: there is no state machine to wait for (OPC 10000-20 §4.4.2).
    const nothing = new Variant({ dataType: DataType.NodeId, value: NodeId.nullNodeId });
    return { outputs: [opened.node, opened.handle, nothing] };
  };

  return {
    rows: [
      { path: "Evidence", name: "OpenEvidence", permission: "read", call: reading(OpenEvidence) },
      { path: transferPath, name: "GenerateFileForRead", permission: "read", call: reading(GenerateFileForRead) },
      ...evidenceFiles.flatMap((_, index) => fileMethodRows(files, index, filePath(index))),
    ],
    closeIdle: files.closeIdle,
  };
}
