import { DataType, type LocalizedText, type Variant, VariantArrayType } from "node-opcua";
import { type RunType, runTypes } from "../../domain/context.ts";
import type { JobOrder } from "../../domain/job.ts";

/** ISA95ParameterDataType (OPC 10031-4 §6.3.10), as node-opcua decodes it. */
interface Parameter {
  readonly ID?: string | null;
  readonly value?: Variant | null;
}
/** ISA95MaterialDataType (OPC 10031-4 §6.3.6). */
interface Material {
  readonly materialDefinitionID?: string | null;
  readonly materialLotID?: string | null;
  readonly quantity?: string | null;
}
/** ISA95JobOrderDataType (OPC 10031-4 §6.3.4): what the station uses of it. */
interface GivenOrder {
  readonly jobOrderID: string | null;
  readonly description?: readonly LocalizedText[] | null;
  readonly workMasterID?: readonly { readonly ID?: string | null }[] | null;
  readonly startTime?: Date | null;
  readonly endTime?: Date | null;
  readonly priority?: number | null;
  readonly jobOrderParameters?: readonly Parameter[] | null;
  readonly materialRequirements?: readonly Material[] | null;
}

/** Parameters that mean something here: names of the Context, and predefined ones of OPC 40001-3 §7.2. */
export const orderParameters = [
  "OrderId",
  "OrderNumbers",
  "Lot",
  "Sku",
  "RecipeId",
  "TargetQuantity",
  "RunsPlanned",
  "RunType",
  "JobExecutionMode",
] as const;
type OrderParameter = (typeof orderParameters)[number];
const isRead: ReadonlySet<string> = new Set(orderParameters);

const isOrder = (value: unknown): value is GivenOrder =>
  (value as { schema?: { name?: string } } | null)?.schema?.name === "ISA95JobOrderDataType";

/** A variant's value; 64-bit integers, which node-opcua keeps as two words, as a number. */
function plain({ dataType, arrayType, value }: Variant): unknown {
  if (arrayType !== VariantArrayType.Scalar || (dataType !== DataType.UInt64 && dataType !== DataType.Int64))
    return value;
  const [high, low] = value as readonly [number, number];
  return high * 2 ** 32 + low;
}
/** First text of a value, whatever of the texts it is; a list gives its first. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return textOf(value[0]);
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : ((value as LocalizedText | null)?.text ?? "");
}
/** A number, also one that was sent as text; NaN for anything else, which the line refuses. */
const numberOf = (value: unknown): number => {
  const text = textOf(value).trim();
  return text === "" ? Number.NaN : Number(text);
};
/** A null DateTime reads as 1601 (OPC 10000-6 §5.2.2.5). */
const instantOf = (date: Date | null | undefined): number | undefined =>
  date && date.getTime() > 0 ? date.getTime() : undefined;

/** JobExecutionMode (OPC 40001-3 §9.1): 0 simulation, 1 test, 2 production. */
const runTypeOfMode: Readonly<Record<number, RunType>> = { 1: "trial", 2: "production" };

/**
 * Reads an ISA95JobOrderDataType: predefined parameters of OPC 40001-3 §7.2 and the names of the Context alike. Parameters
 * without a meaning here are left out; {@link unreadParameters} names them.
 *
 * @returns `undefined` for a value that is no job order; what an order says wrongly is left for the line to refuse
 */
export function readOrder(value: unknown): JobOrder | undefined {
  if (!isOrder(value)) return undefined;
  const parameters = new Map(
    value.jobOrderParameters?.map(({ ID, value }) => [ID ?? "", value ? plain(value) : undefined]),
  );
  const material =
    value.materialRequirements?.find(({ materialLotID }) => materialLotID) ?? value.materialRequirements?.[0];
  const first = (...names: readonly OrderParameter[]): unknown =>
    parameters.get(names.find((name) => parameters.has(name)) ?? "");
  const target = first("TargetQuantity", "RunsPlanned") ?? material?.quantity ?? undefined;
  const mode = first("JobExecutionMode");
  const runType = first("RunType");
  const startTime = instantOf(value.startTime);
  const endTime = instantOf(value.endTime);
  const jobOrderId = value.jobOrderID ?? "";
  return {
    jobOrderId,
    description: textOf(value.description),
    orderId: textOf(first("OrderId", "OrderNumbers")) || jobOrderId,
    lot: textOf(first("Lot")) || (material?.materialLotID ?? ""),
    sku: textOf(first("Sku")) || (material?.materialDefinitionID ?? ""),
    recipeId: textOf(first("RecipeId")) || (value.workMasterID?.[0]?.ID ?? ""),
    targetQuantity: target === undefined ? 0 : numberOf(target),
    runType:
      runType !== undefined
        ? (runTypes[numberOf(runType)] as RunType)
        : mode !== undefined
          ? (runTypeOfMode[numberOf(mode)] as RunType)
          : "production",
    priority: value.priority ?? 0,
    ...(startTime !== undefined && { startTime }),
    ...(endTime !== undefined && { endTime }),
  };
}

/** At most so many of the names in a log line, and so much of each: they are a client's. */
const mostNames = 10;
const longestName = 64;

/**
 * Names of the parameters that {@link readOrder} leaves out. No error: which parameters there are is the application's
 * (OPC 10031-4 §6.3.4), the predefined ones are optional, and an MES sends one order to machines of many kinds.
 */
export function unreadParameters(value: unknown): readonly string[] {
  if (!isOrder(value)) return [];
  const names = (value.jobOrderParameters ?? []).map(({ ID }) => (ID ?? "").slice(0, longestName));
  return [...new Set(names)].filter((name) => !isRead.has(name)).slice(0, mostNames);
}

/** The first of a call's comments, which say one thing in several languages. */
export const commentOf = (comments: unknown): string => textOf(comments);
