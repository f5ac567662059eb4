import { DataType, type ExtensionObject, StatusCodes, Variant, VariantArrayType } from "node-opcua";
import type { JobMethod } from "../../../nodeset/jobs.ts";
import type { JobCommand, RefusalCode } from "../../domain/command.ts";
import { type JobAction, jobStateNumbers } from "../../domain/job.ts";
import type { Log } from "../../platform/log.ts";
import { findJob, type Jobs, startedJobs } from "../../projections/jobs.ts";
import { callerOf } from "../caller.ts";
import type { CommandPort, OutcomeOf } from "../commands.ts";
import { unanswered } from "../context-commands.ts";
import { type MethodCall, type MethodOutcome, type MethodRow, refusal } from "../method-table.ts";
import { commentOf, orderParameters, readOrder, unreadParameters } from "./read-order.ts";
import type { JobStructures } from "./structures.ts";

/** ReturnStatus (OPC 10031-4 §B.2, Table 95): a bit each, as high and low word. */
const returnStatus = {
  noError: [0, 1 << 0],
  unknownJobOrder: [0, 1 << 1],
  invalidStatus: [0, 1 << 3],
  notAccepted: [0, 1 << 4],
  invalidRequest: [1, 0],
} as const;
type ReturnStatus = keyof typeof returnStatus;

/** Why the line refused → what the specification calls it. */
const statusOfRefusal: Readonly<Partial<Record<RefusalCode, ReturnStatus>>> = {
  unknownJob: "unknownJobOrder",
  wrongState: "invalidStatus",
  jobNotAccepted: "notAccepted",
  notOwner: "notAccepted",
  storage: "notAccepted",
};

const uint64 = (status: ReturnStatus): Variant =>
  new Variant({ dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [...returnStatus[status]] });

/**
 * A call with a ReturnStatus. One that fails is Uncertain, because with a bad status code no output argument reaches the
 * client (OPC 10031-4 §B.2, Note).
 */
const answered = (status: ReturnStatus, message = "", outputs: readonly Variant[] = []): MethodOutcome => ({
  outputs: [...outputs, uint64(status)],
  ...(status !== "noError" && { uncertain: message }),
});

function outcomeOf(outcome: OutcomeOf<JobCommand>): MethodOutcome {
  switch (outcome.outcome) {
    case "done":
      return answered("noError");
    case "refused":
      return answered(statusOfRefusal[outcome.code] ?? "invalidRequest", outcome.message);
    case "unanswered":
      return refusal(unanswered[outcome.code], outcome.message);
  }
}

type Intent = JobCommand extends infer C
  ? C extends JobCommand
    ? Omit<C, "station" | "by" | "source">
    : never
  : never;

const control =
  (action: JobAction) =>
  (inputs: MethodCall["inputs"]): Intent => ({
    kind: "controlJob",
    action,
    jobOrderId: String(inputs["JobOrderID"]),
    comment: commentOf(inputs["Comment"]),
  });
const withOrder =
  (rest: { readonly kind: "storeJob"; readonly start: boolean } | { readonly kind: "updateJob" }) =>
  (inputs: MethodCall["inputs"]): Intent | undefined => {
    const order = readOrder(inputs["JobOrder"]);
    return order && { ...rest, order, comment: commentOf(inputs["Comment"]) };
  };

/** What each method means; `undefined` when its argument is no job order. */
const intents: Readonly<Record<JobMethod, (inputs: MethodCall["inputs"]) => Intent | undefined>> = {
  Store: withOrder({ kind: "storeJob", start: false }),
  StoreAndStart: withOrder({ kind: "storeJob", start: true }),
  Update: withOrder({ kind: "updateJob" }),
  Start: control("start"),
  RevokeStart: control("revokeStart"),
  Pause: control("pause"),
  Resume: control("resume"),
  Stop: control("stop"),
  Abort: control("abort"),
  Cancel: control("cancel"),
  Clear: control("clear"),
};

const controlRow = (name: JobMethod, station: string, commands: CommandPort, log: Log): MethodRow => ({
  path: "JobManagement/JobOrderControl",
  name,
  permission: "command",
  async call({ inputs, context }) {
    const intent = intents[name](inputs);
    if (!intent) {
      const problem = "is no ISA95JobOrderDataType";
      const problems = { JobOrder: { status: StatusCodes.BadTypeMismatch, problem } };
      return { status: StatusCodes.BadInvalidArgument, message: `JobOrder ${problem}`, problems };
    }
    const outcome = await commands.request({ ...intent, station, by: callerOf(context), source: "jobs" });
    const unread = unreadParameters(inputs["JobOrder"]);
    if (outcome.outcome === "done" && unread.length > 0)
      log.warn("a job order was taken without parameters that have no meaning here; check their spelling", {
        station,
        method: name,
        ...("order" in intent && { jobOrderId: intent.order.jobOrderId }),
        unread,
        known: orderParameters,
      });
    return outcomeOf(outcome);
  },
});

const structure = (value: ExtensionObject | null): Variant =>
  new Variant({ dataType: DataType.ExtensionObject, value });
const structures = (value: readonly ExtensionObject[]): Variant =>
  new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value });

/** ISA95StateDataType (OPC 10031-4 §6.3.2). */
interface AskedState {
  readonly stateNumber?: number;
  readonly browsePath?: { readonly elements?: readonly unknown[] | null } | null;
}

/** Answered from what the ledger says, without asking the line. */
const responseRows = (jobs: () => Jobs, make: JobStructures): MethodRow[] => [
  {
    path: "JobManagement/JobOrderResults",
    name: "RequestJobResponseByJobOrderID",
    permission: "read",
    call({ inputs }) {
      const id = String(inputs["JobOrderID"]);
      const job = findJob(startedJobs(jobs()), id);
      if (job) return answered("noError", "", [structure(make.response(job))]);
      const [status, message] = findJob(jobs(), id)
        ? (["invalidStatus", `job order "${id}" has not begun, so there is no response yet`] as const)
        : (["unknownJobOrder", `there is no job order "${id}" at this station; read JobOrderList`] as const);
      return answered(status, message, [structure(null)]);
    },
  },
  {
    path: "JobManagement/JobOrderResults",
    name: "RequestJobResponseByJobOrderState",
    permission: "read",
    call({ inputs }) {
      const asked = [inputs["JobOrderState"] || []].flat() as readonly AskedState[];
      // A state with a path is a substate, and the orders of a station have none.
      const ofSubstates = asked.some(({ browsePath }) => browsePath?.elements?.length);
      const numbers = new Set(
        asked.filter(({ browsePath }) => !browsePath?.elements?.length).map((s) => s.stateNumber),
      );
      const known = new Set<number | undefined>(Object.values(jobStateNumbers));
      if (numbers.size === 0 || ![...numbers].every((n) => known.has(n)))
        return answered("invalidStatus", "name at least one state, each by its StateNumber 1..6", [structures([])]);
      const found = startedJobs(jobs()).filter(({ state }) => !ofSubstates && numbers.has(jobStateNumbers[state]));
      return answered("noError", "", [structures(found.map(make.response))]);
    },
  },
];

/** Every method of JobManagement. */
export const jobMethodRows = (
  station: string,
  commands: CommandPort,
  jobs: () => Jobs,
  make: JobStructures,
  log: Log,
): readonly MethodRow[] => [
  ...(Object.keys(intents) as JobMethod[]).map((name) => controlRow(name, station, commands, log)),
  ...responseRows(jobs, make),
];
