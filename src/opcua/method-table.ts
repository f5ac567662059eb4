import {
  type AddressSpace,
  type CallMethodResultOptions,
  DiagnosticInfo,
  type ISessionContext,
  type StatusCode,
  StatusCodes,
  type UAMethod,
  type Variant,
} from "node-opcua";
import { AppError } from "../platform/errors.ts";
import type { CallTime } from "./call-time.ts";
import { instanceNodeId } from "./node-id.ts";

/** A method of the table is not in the address space: a defect of the program. */
export class MethodError extends AppError {
  readonly code = "OPCUA_METHOD";
}

/** A call, as a handler sees it. node-opcua has checked number and types of the arguments before. */
export interface MethodCall {
  /** Values by the argument's name; a null String is "". */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly context: ISessionContext;
  /** How long the request that it came in may still take, ms. */
  readonly remainingMs: () => number;
}

/** What a call led to. */
export type MethodOutcome =
  | {
      readonly status?: undefined;
      readonly outputs: readonly Variant[];
      /** The method did not do what was asked, and its outputs say so: what happened and what to do. */
      readonly uncertain?: string;
    }
  | {
      /** Why it was refused; nothing was changed. */
      readonly status: StatusCode;
      /** What happened and what to do; reaches clients that ask for diagnostics (OPC 10000-4 §7.12). */
      readonly message: string;
      /** By the argument's name; each gets its InputArgumentResult. Only with BadInvalidArgument (OPC 10000-4 §5.12.2). */
      readonly problems?: ArgumentResults;
    };
/** What is wrong with arguments, by their names on the wire. */
export type ArgumentResults = Readonly<Record<string, { readonly status: StatusCode; readonly problem: string }>>;

/** One method of a station: where it is, who may call it, what it does. */
export interface MethodRow {
  /** Object below the station, e.g. `Context`. */
  readonly path: string;
  readonly name: string;
  /** `command` changes what the line does or what is recorded; `read` does not. */
  readonly permission: "read" | "command";
  readonly call: (call: MethodCall) => MethodOutcome | Promise<MethodOutcome>;
}

/** What holds for every method, whatever it does. */
export interface CallRules {
  readonly mayCommand: (context: ISessionContext) => boolean;
  readonly time: CallTime;
}

export const refusal = (status: StatusCode, message: string): MethodOutcome => ({ status, message });

/**
 * Gives every method of the table its meaning.
 *
 * @throws MethodError naming every row without a node, so that a server never starts half bound.
 */
export function bindMethodTable(
  addressSpace: AddressSpace,
  station: string,
  rows: readonly MethodRow[],
  rules: CallRules,
): void {
  const missing: string[] = [];
  for (const row of rows) {
    const nodeId = instanceNodeId(station, row.path, row.name);
    const node = addressSpace.findNode(nodeId) as UAMethod | null;
    if (node) bindMethod(node, row, rules);
    else missing.push(nodeId);
  }
  if (missing.length > 0) throw new MethodError(`methods without a node: ${missing.join(", ")}; run npm run nodeset`);
}

const tooLate = refusal(
  StatusCodes.BadTimeout,
  "the methods before it in this request took too long, so nothing was done; call it again, with fewer in one request",
);

function bindMethod(node: UAMethod, row: MethodRow, { mayCommand, time }: CallRules): void {
  const names = node.getInputArguments().map(({ name }) => name ?? "");
  // Two declared parameters: node-opcua tells promise from callback by their number.
  node.bindMethod(async (inputs: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> => {
    if (row.permission === "command" && !mayCommand(context)) return { statusCode: StatusCodes.BadUserAccessDenied };
    const remainingMs = time(context);
    if (remainingMs() === 0) return resultOf(names, tooLate);
    const values = names.map((name, i) => [name, inputs[i]?.value ?? ""]);
    return resultOf(names, await row.call({ inputs: Object.fromEntries(values), context, remainingMs }));
  });
}

/** The outcome as the Call service returns it. */
export function resultOf(
  names: readonly string[],
  outcome: MethodOutcome,
): CallMethodResultOptions & { statusText?: string } {
  if (outcome.status === undefined) {
    const { outputs, uncertain } = outcome;
    return uncertain === undefined
      ? { statusCode: StatusCodes.Good, outputArguments: [...outputs] }
      : { statusCode: StatusCodes.Uncertain, statusText: uncertain, outputArguments: [...outputs] };
  }
  const { status, message, problems } = outcome;
  return {
    statusCode: status,
    statusText: message,
    ...(problems && {
      inputArgumentResults: names.map((name) => problems[name]?.status ?? StatusCodes.Good),
      inputArgumentDiagnosticInfos: names.map(
        (name) => new DiagnosticInfo({ additionalInfo: problems[name]?.problem ?? "" }),
      ),
    }),
  };
}
