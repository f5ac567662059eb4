import type { ContextCommand, Refused } from "../domain/command.ts";
import {
  type ContextFields,
  contextProblems,
  emptyFields,
  fieldsOf,
  type ProductionContext,
  sameFields,
} from "../domain/context.ts";
import { noCounts } from "../domain/counts.ts";
import type { EntryBodies, EntryDraft, EntryKind, LotBody } from "../domain/ledger-entry.ts";
import type { StationState } from "../projections/station-state.ts";

const refuse = (code: Refused["code"], message: string, problems: Refused["problems"] = []): Refused => ({
  outcome: "refused",
  code,
  message,
  problems,
});

/** The context that a command asks for, given the one in force. One row per command. */
const wanted: {
  readonly [K in ContextCommand["kind"]]: (
    command: Extract<ContextCommand, { kind: K }>,
    now: ContextFields,
  ) => ContextFields;
} = {
  setContext: ({ fields }) => fieldsOf(fields),
  startLot: ({ lot }, now) => ({ ...fieldsOf(now), lot }),
  endLot: (_, now) => ({ ...fieldsOf(now), lot: "" }),
  clearContext: () => emptyFields,
};

/** What the command asks for, or why it is refused. Says everything that is wrong at once; changes nothing. */
export function checkCommand(
  command: ContextCommand,
  state: StationState,
  recipes: readonly string[],
): Refused | { readonly outcome: "fine"; readonly fields: ContextFields } {
  const fields = (wanted[command.kind] as (c: ContextCommand, now: ContextFields) => ContextFields)(
    command,
    state.context,
  );
  const lotRequired = command.kind === "setContext" || command.kind === "startLot";
  const problems = contextProblems(fields, { recipes, lotRequired });
  if (command.effective.mode === "atTrigger") {
    const { triggerId } = command.effective;
    if (!Number.isInteger(triggerId) || triggerId < 1 || triggerId > 65_535)
      problems.push({ argument: "effectiveTrigger", problem: "must be a trigger id from 1 to 65535" });
    else if (state.pending)
      return refuse(
        "alreadyPending",
        `a context for lot "${state.pending.fields.lot}" already waits for trigger ${state.pending.triggerId}; wait for it, or call ClearContext`,
      );
  }
  if (problems.length > 0)
    return refuse(
      "invalidArgument",
      `nothing was changed: ${problems.map((p) => `${p.argument} ${p.problem}`).join("; ")}`,
      problems,
    );
  if (command.expectedRevision !== 0 && command.expectedRevision !== state.context.revision)
    return refuse(
      "revisionMismatch",
      `the context has revision ${state.context.revision}, not ${command.expectedRevision}: somebody changed it; read it and decide again, or pass 0 for any`,
      [
        {
          argument: "expectedRevision",
          problem: `is ${command.expectedRevision}, but the context has revision ${state.context.revision}`,
        },
      ],
    );
  if (command.kind === "endLot" && state.context.lot === "")
    return refuse("wrongState", "no lot is running, so none can be ended");
  return { outcome: "fine", fields };
}

interface Origin {
  readonly source: string;
  readonly by: string;
  readonly wasPending: boolean;
}

/**
 * The entries that put a context into force at this point of the ledger: the end of the lot that ran, the context, and the
 * start of the new lot. A lot that was ended before is resumed with its totals (`findEndedLot`).
 */
export async function changeContext(
  state: StationState,
  fields: ContextFields,
  origin: Origin,
  now: number,
  findEndedLot: (lot: string) => Promise<LotBody | undefined>,
): Promise<{ readonly drafts: readonly EntryDraft[]; readonly revision: number; readonly fromSequence: number }> {
  const fromSequence = state.sequence + 1;
  const draft = <K extends EntryKind>(kind: K, body: EntryBodies[K]): EntryDraft =>
    ({ station: state.station, kind, time: now, by: origin.by, body }) as EntryDraft;
  const context: ProductionContext = {
    ...fields,
    revision: (state.context.revision + 1) >>> 0,
    since: now,
    source: origin.source,
    changedBy: origin.by,
  };
  const drafts: EntryDraft[] = [];
  const running = state.lot?.open ? state.lot : undefined;
  const changesLot = fields.lot !== (running?.lot ?? "");
  if (running && changesLot) drafts.push(draft("lot", endedLot(running)));
  drafts.push(draft("context", { context, fromSequence, wasPending: origin.wasPending }));
  if (changesLot && fields.lot !== "") {
    const before = state.lot?.lot === fields.lot ? endedLot(state.lot) : await findEndedLot(fields.lot);
    drafts.push(draft("lot", before ? { ...before, event: "started" } : newLot(fields, now)));
  }
  return { drafts, revision: context.revision, fromSequence };
}

const endedLot = ({ event: _event, open: _open, ...lot }: LotBody & { readonly open: boolean }): LotBody => ({
  event: "ended",
  ...lot,
});

const newLot = ({ lot, orderId, sku }: ContextFields, now: number): LotBody => ({
  event: "started",
  lot,
  orderId,
  sku,
  counts: noCounts,
  defects: {},
  startedAt: now,
  firstSequence: 0,
  lastSequence: 0,
});

/** The answer to a context that is already in force. */
export const isUnchanged = (state: StationState, fields: ContextFields): boolean =>
  state.context.revision > 0 && sameFields(state.context, fields);
