import { DataType, StatusCodes, Variant, VariantArrayType } from "node-opcua";
import type { UnitRecord } from "../../domain/unit-record.ts";
import type { FacetDeps } from "../facet-methods.ts";
import { reading } from "../history/reading.ts";
import { askedBy, type HistoryReader } from "../history/requests.ts";
import { type MethodCall, type MethodOutcome, type MethodRow, refusal } from "../method-table.ts";
import { createResultHandles } from "../results/handles.ts";
import { type ResultError, resultErrors } from "../results/result-error.ts";
import { sequenceOf } from "../results/result-id.ts";
import { createTurns } from "../results/turns.ts";
import { unitOf } from "../results/units.ts";
import { Structures, structureVariant } from "../structures.ts";
import { findUnits, maximumResults } from "./find-units.ts";
import { idIn } from "./id-in.ts";
import { type ResultFilter, visionComponents, visionResult } from "./result.ts";

/** Searches of a station that may run at once: each reads pages of whole units. */
const maximumSearches = 2;

const resultType = { ns: "machineVision", id: 3006 } as const;
const path = "VisionSystem/ResultManagement";
const boolean = (value: boolean): Variant => new Variant({ dataType: DataType.Boolean, value });
const uint32 = (value: number): Variant => new Variant({ dataType: DataType.UInt32, value });
const int32 = (value: number): Variant => new Variant({ dataType: DataType.Int32, value });
const instant = (value: Date | null): Variant => new Variant({ dataType: DataType.DateTime, value });
const noStructure = new Variant({ dataType: DataType.ExtensionObject, value: null });
const noContent = new Variant({ dataType: DataType.Variant, arrayType: VariantArrayType.Array, value: [] });

/** ResultManagement of OPC 40100-1 §7.10, over the same ledger and with the same ids and errors as that of OPC 40001-101. */
export function visionResultRows({ addressSpace, station, history }: FacetDeps): readonly MethodRow[] {
  const { id } = station.snapshot.setup;
  const handles = createResultHandles(() => performance.now());
  const inTurn = createTurns(maximumSearches);
  const mine = ({ context }: MethodCall): HistoryReader => askedBy(history, context.session);
  const sessionOf = ({ context }: MethodCall): string => context.session?.getSessionId().toString() ?? "";
  const handleFor = (call: MethodCall): Variant =>
    uint32(handles.issue(sessionOf(call), Number(call.inputs["Timeout"])));
  const structure = (value: Structures | undefined): Variant =>
    value ? structureVariant(addressSpace, value) : noStructure;

  /** The unit that a call names, or why there is none. */
  async function found(call: MethodCall): Promise<UnitRecord | ResultError> {
    const named = sequenceOf(idIn(call.inputs["ResultId"]), {
      ledgerId: station.snapshot.ledger.ledgerId,
      station: id,
    });
    if ("error" in named) return named.error;
    return (await unitOf(mine(call), id, named.sequence))?.unit ?? resultErrors.notThere;
  }

  const GetResultById = async (call: MethodCall): Promise<MethodOutcome> => {
    const unit = await found(call);
    if (typeof unit === "number") return { outputs: [uint32(0), noStructure, int32(unit)] };
    const result = new Structures(resultType, visionResult(station.snapshot.ledger.ledgerId, id, unit));
    return { outputs: [handleFor(call), structure(result), int32(resultErrors.ok)] };
  };

  const GetResultComponentsById = async (call: MethodCall): Promise<MethodOutcome> => {
    const unit = await found(call);
    const error = typeof unit === "number" ? unit : resultErrors.ok;
    const c = typeof unit === "number" ? undefined : visionComponents(id, unit);
    return {
      outputs: [
        boolean(false),
        c ? handleFor(call) : uint32(0),
        boolean(false),
        boolean(c?.isSimulated ?? false),
        int32(c?.resultState ?? 0),
        structure(c?.measId),
        structure(c?.partId),
        structure(c?.externalRecipeId),
        structure(c?.internalRecipeId),
        structure(c?.productId),
        structure(c?.externalConfigurationId),
        structure(c?.internalConfigurationId),
        structure(c?.jobId),
        instant(c?.creationTime ?? null),
        structure(c?.processingTimes),
        noContent,
        int32(error),
      ],
    };
  };

  const GetResultListFiltered = async (call: MethodCall): Promise<MethodOutcome> => {
    const { inputs } = call;
    const idOf = (name: string): string => idIn(inputs[name]);
    const filter: ResultFilter = {
      resultState: Number(inputs["ResultState"]),
      measId: idOf("MeasId"),
      partId: idOf("PartId"),
      externalRecipeId: idOf("ExternalRecipeId"),
      internalRecipeId: idOf("InternalRecipeId"),
      externalConfigurationId: idOf("ExternalConfigurationId"),
      internalConfigurationId: idOf("InternalConfigurationId"),
      productId: idOf("ProductId"),
      jobId: idOf("JobId"),
    };
    const { state, ledger } = station.snapshot;
    const search = {
      head: state.sequence,
      filter,
      start: Number(inputs["StartIndex"]),
      most: Math.min(Number(inputs["MaxResults"]) || maximumResults, maximumResults),
    };
    const found = await inTurn(() => findUnits(mine(call), id, search, call.remainingMs));
    if (!found)
      return refusal(StatusCodes.BadTooManyOperations, `${maximumSearches} searches run already; ask again later`);
    const results = found.units.map((unit) => visionResult(ledger.ledgerId, id, unit));
    return {
      outputs: [
        boolean(found.isAll),
        uint32(results.length),
        handleFor(call),
        structureVariant(addressSpace, new Structures(resultType, results)),
        int32(found.isCut ? resultErrors.incomplete : resultErrors.ok),
      ],
    };
  };

  const ReleaseResultHandle = (call: MethodCall): MethodOutcome => {
    const isHeld = handles.release(sessionOf(call), Number(call.inputs["ResultHandle"]));
    return { outputs: [int32(isHeld ? resultErrors.ok : resultErrors.unknownHandle)] };
  };

  return [
    { path, name: "GetResultById", permission: "read", call: reading(GetResultById) },
    { path, name: "GetResultComponentsById", permission: "read", call: reading(GetResultComponentsById) },
    { path, name: "GetResultListFiltered", permission: "read", call: reading(GetResultListFiltered) },
    { path, name: "ReleaseResultHandle", permission: "read", call: ReleaseResultHandle },
  ];
}
