import { type Done, type JobCommand, type Refused, refuse, refuseForStorage } from "../domain/command.ts";
import { textProblem } from "../domain/context.ts";
import { isOwner, ownedBy } from "../domain/context-owner.ts";
import {
  contextOfJob,
  contextWithoutJob,
  isFinished,
  isPrepared,
  type JobState,
  jobActions,
  jobProblems,
  maximumJobs,
} from "../domain/job.ts";
import type { EntryDraft, JobBody } from "../domain/ledger-entry.ts";
import { activeJob, findJob, type Job, nextJob } from "../projections/jobs.ts";
import type { StationState } from "../projections/station-state.ts";
import { type ContextChangeDeps, type ContextRules, changeContext, isUnchanged } from "./context-change.ts";
import type { Sequencer } from "./sequencer.ts";

/** Takes job orders, and lets them begin and end between two units. */
export interface JobDesk {
  /** Resolves when the answer is on disk. */
  command(command: JobCommand): Promise<Done | Refused>;
  /** To be called before a unit takes its place: the order whose turn it is begins with it. */
  beforeUnit(): void;
  /** Takes the station from an order when jobs no longer own the context. To be called once, first. */
  start(): void;
}

/** One change of the list, given by whom and why. */
interface Change extends Pick<JobBody, "event" | "order" | "state" | "comment"> {
  readonly by: string;
}

const texts: Readonly<Record<JobState, string>> = {
  notAllowedToStart: "not allowed to start",
  allowedToStart: "allowed to start",
  running: "running",
  interrupted: "interrupted",
  ended: "ended",
  aborted: "aborted",
};
const notThere = (jobOrderId: string): Refused =>
  refuse("unknownJob", `there is no job order "${jobOrderId}" at this station; read JobOrderList`);

/** What a command changes, or why it is refused. Changes nothing itself. */
export function decideJob(command: JobCommand, { jobs }: StationState, rules: ContextRules): Change[] | Refused {
  const { comment, by } = command;
  const wrongComment = textProblem(comment);
  if (wrongComment)
    return refuse("invalidArgument", `comment ${wrongComment}`, [{ argument: "comment", problem: wrongComment }]);
  if (command.kind === "controlJob") {
    const { action, jobOrderId } = command;
    const job = findJob(jobs, jobOrderId);
    if (!job) return notThere(jobOrderId);
    const { from, to } = jobActions[action] as {
      readonly from: readonly JobState[];
      readonly to: JobState | "removed";
    };
    if (!from.includes(job.state))
      return refuse(
        "wrongState",
        `job order "${jobOrderId}" is ${texts[job.state]}; ${action} is for one that is ${from.map((s) => texts[s]).join(" or ")}`,
      );
    // Without the context an order cannot run; it can be ended, and taken off the list.
    if ((to === "allowedToStart" || to === "running") && !isOwner(rules.owner, command.source))
      return refuse("notOwner", ownedBy(rules.owner));
    // Its context takes effect now; what the configuration allowed when the order was stored may not be there any more.
    const forbidden = to === "running" ? jobProblems(job.order, rules.recipes) : [];
    if (forbidden.length > 0)
      return refuse(
        "jobNotAccepted",
        `job order "${jobOrderId}" cannot run here any more: ${forbidden.map((p) => `${p.argument} ${p.problem}`).join("; ")}; stop it and store another`,
      );
    return [{ event: action, order: job.order, state: to, comment, by }];
  }
  if (!isOwner(rules.owner, command.source)) return refuse("notOwner", ownedBy(rules.owner));
  const { order } = command;
  const known = findJob(jobs, order.jobOrderId);
  if (command.kind === "updateJob" && !known) return notThere(order.jobOrderId);
  const problems = jobProblems(order, rules.recipes);
  if (problems.length > 0)
    return refuse("invalidArgument", problems.map((p) => `${p.argument} ${p.problem}`).join("; "), problems);
  const sameLot = jobs.find((j) => j.order.lot === order.lot && j !== known && !isFinished(j.state));
  if (sameLot)
    return refuse(
      "jobNotAccepted",
      `lot "${order.lot}" belongs to job order "${sameLot.order.jobOrderId}"; give the order a lot of its own, or end the other one first`,
    );
  if (command.kind === "updateJob")
    return isPrepared(known!.state)
      ? [{ event: "updated", order, state: known!.state, comment, by }]
      : refuse(
          "wrongState",
          `job order "${order.jobOrderId}" is ${texts[known!.state]}; only one that has not begun can be changed`,
        );
  if (known)
    return refuse(
      "jobNotAccepted",
      `job order "${order.jobOrderId}" is already ${texts[known.state]} here; update it, or clear it and store it again`,
    );
  const room = makeRoom(jobs);
  if (!room)
    return refuse(
      "jobNotAccepted",
      `the station keeps ${maximumJobs} job orders and none of them is finished; cancel some`,
    );
  return [
    ...room,
    { event: "stored", order, state: command.start ? "allowedToStart" : "notAllowedToStart", comment, by },
  ];
}

/** What has to leave the list so that one more fits: the oldest that is finished, when nobody has cleared it. */
function makeRoom(jobs: readonly Job[]): Change[] | undefined {
  if (jobs.length < maximumJobs) return [];
  const oldest = jobs.find(({ state }) => isFinished(state));
  const comment = "removed to make room for another order";
  return oldest && [{ event: "clear", order: oldest.order, state: "removed", comment, by: "line" }];
}

export function createJobDesk(
  rules: ContextRules,
  deps: ContextChangeDeps & { readonly sequencer: Sequencer; readonly now: () => number },
): JobDesk {
  const { sequencer, now, log } = deps;

  const draftOf = (state: StationState, { by, ...change }: Change, at: number): EntryDraft => {
    const job = findJob(state.jobs, change.order.jobOrderId);
    const hasRun = job !== undefined && !isPrepared(job.state);
    const body: JobBody = { ...change, ...(hasRun && { totals: job.totals }) };
    return { station: state.station, kind: "job", time: at, by, body };
  };

  /** The entries of a change: what it does to the context, then itself. */
  const entriesOf = async (state: StationState, change: Change, at: number): Promise<readonly EntryDraft[]> => {
    const wasRunning = findJob(state.jobs, change.order.jobOrderId)?.state === "running";
    const runs = change.state === "running";
    const draft = draftOf(state, change, at);
    if (wasRunning === runs || rules.owner !== "jobs") return [draft];
    const fields = runs ? contextOfJob(change.order, state.context) : contextWithoutJob(state.context);
    if (isUnchanged(state, fields)) return [draft];
    const { drafts } = await changeContext(
      state,
      fields,
      { source: "jobs", by: change.by, wasPending: false },
      at,
      deps,
    );
    return [...drafts, draft];
  };

  /** Takes its place between two units; `decide` runs when everything before it is on disk. */
  const takePlace = (
    decide: (state: StationState) => readonly Change[] | Refused,
    settle: (answer: Done | Refused) => void,
  ): void => {
    let answer: Done | Refused = { outcome: "done" };
    const at = now();
    sequencer.push({
      alone: true,
      ready: () => true,
      async produce(state) {
        const changes = decide(state);
        if ("outcome" in changes) {
          answer = changes;
          return [];
        }
        answer = { outcome: "done" };
        for (const { event, order } of changes)
          log.info("job order", { event, jobOrderId: order.jobOrderId, lot: order.lot });
        return (await Promise.all(changes.map((change) => entriesOf(state, change, at)))).flat();
      },
      committed: () => settle(answer),
    });
  };

  /** Changes on their way: what they lead to is not in the state yet. */
  let underWay = 0;
  let beginning = false;

  /** The order whose turn it is; one that the configuration no longer allows is put back, and says why. */
  const begin = ({ jobs }: StationState): readonly Change[] => {
    const job = nextJob(jobs);
    if (!job) return [];
    const problems = jobProblems(job.order, rules.recipes);
    if (problems.length === 0)
      return [{ event: "began", order: job.order, state: "running", comment: job.comment, by: job.by }];
    const comment = `cannot begin: ${problems.map((p) => `${p.argument} ${p.problem}`).join("; ")}`.slice(0, 254);
    log.warn("a job order cannot begin; update it and start it again", { jobOrderId: job.order.jobOrderId, comment });
    return [{ event: "revokeStart", order: job.order, state: "notAllowedToStart", comment, by: "line" }];
  };

  return {
    command: (command) =>
      new Promise((resolve) => {
        if (sequencer.storageFault !== "") {
          resolve(refuseForStorage(sequencer.storageFault));
          return;
        }
        underWay += 1;
        takePlace(
          (state) => decideJob(command, state, rules),
          (answer) => {
            underWay -= 1;
            resolve(answer);
          },
        );
      }),
    beforeUnit() {
      if (rules.owner !== "jobs" || beginning) return;
      if (underWay === 0 && !nextJob(sequencer.state.jobs)) return;
      beginning = true;
      takePlace(begin, () => {
        beginning = false;
      });
    },
    start() {
      const active = activeJob(sequencer.state.jobs);
      if (rules.owner === "jobs" || active?.state !== "running") return;
      const comment = "interrupted: the context of the station no longer belongs to jobs";
      takePlace(
        () => [{ event: "pause", order: active.order, state: "interrupted", comment, by: "line" }],
        () => undefined,
      );
    },
  };
}
