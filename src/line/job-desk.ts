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
import { type Recipe, recipeText } from "../domain/recipe.ts";
import type { Log } from "../platform/log.ts";
import { activeJob, findJob, foldJob, type Job, nextJob } from "../projections/jobs.ts";
import type { StationState } from "../projections/station-state.ts";
import type { Ahead } from "./ahead.ts";
import { type ContextLimits, isUnchanged } from "./context-change.ts";
import type { ContextEntries, ContextTurn } from "./context-turn.ts";
import { chosenBy, type RecipeDesk } from "./recipe-desk.ts";
import type { Sequencer } from "./sequencer.ts";

/** Takes job orders, and lets them begin and end between two units. */
export interface JobDesk {
  /** Resolves when the answer is on disk. */
  command(command: JobCommand): Promise<Done | Refused>;
  /** To be called before a unit takes its place: the order whose turn it is begins with it. */
  beforeUnit(): void;
  /** Takes the station from an order when jobs no longer own the context. To be called once, first. */
  start(): void;
  /** Has the recipe of the order whose turn it is made ready; to be called as that of the context desk. */
  prepare(): void;
  /** That of the order whose turn it is; absent when there is none. */
  readonly awaited: Recipe | undefined;
  /** A recipe cannot be taken into use: the order that waits for it is put back. */
  refused(recipe: Recipe, problem: string): void;
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
export function decideJob(
  command: JobCommand,
  { jobs }: Pick<Ahead, "jobs">,
  rules: ContextLimits,
): Change[] | Refused {
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
  rules: ContextLimits,
  deps: {
    readonly ahead: Ahead;
    readonly turn: ContextTurn;
    readonly recipes: RecipeDesk;
    readonly sequencer: Sequencer;
    readonly now: () => number;
    readonly log: Log;
    /** Told when an order may no longer wait for its recipe. */
    readonly dropped: () => void;
  },
): JobDesk {
  const { ahead, turn, recipes, sequencer, now, log } = deps;
  const { station } = sequencer.state;

  const draftOf = (state: Pick<StationState, "jobs">, { by, ...change }: Change, time: number) => {
    const job = findJob(state.jobs, change.order.jobOrderId);
    const hasRun = job !== undefined && !isPrepared(job.state);
    const body: JobBody = { ...change, ...(hasRun && { totals: job.totals }) };
    return { station, kind: "job", time, by, body } as const satisfies EntryDraft;
  };

  /** What a change does to the context, when it does something to it. */
  const contextOf = ({ order, state, by }: Change, at: number): ContextEntries | undefined => {
    const wasRunning = findJob(ahead.jobs, order.jobOrderId)?.state === "running";
    const runs = state === "running";
    if (wasRunning === runs || rules.owner !== "jobs") return undefined;
    const fields = runs ? contextOfJob(order, ahead.context) : contextWithoutJob(ahead.context);
    if (isUnchanged(ahead.context, fields)) return undefined;
    const change = runs ? ({ event: "activated", reason: "" } as const) : undefined;
    return turn(fields, { source: "jobs", by, wasPending: false }, at, change);
  };

  /** Makes the changes between two units; each is written behind what it does to the context. */
  const takePlace = (decided: readonly Change[] | Refused, settle: (answer: Done | Refused) => void): void => {
    const changes = "outcome" in decided ? [] : decided;
    const at = now();
    const planned = changes.map((change) => {
      const context = contextOf(change, at);
      const draft = draftOf(ahead, change, at);
      ahead.jobs = foldJob(ahead.jobs, draft.body, { ...draft, v: 0, offset: 0, committedAt: 0 });
      log.info("job order", { event: change.event, jobOrderId: change.order.jobOrderId, lot: change.order.lot });
      return { change, context };
    });
    sequencer.push({
      alone: true,
      ready: () => true,
      async produce(state) {
        const drafts: EntryDraft[] = [];
        for (const { change, context } of planned)
          drafts.push(...((await context?.(state)) ?? []), draftOf(state, change, at));
        return drafts;
      },
      committed: () => settle("outcome" in decided ? decided : { outcome: "done" }),
    });
  };

  const recipeOf = ({ order }: Job): Recipe | undefined => chosenBy(rules.recipes, contextOfJob(order, ahead.context));
  const next = (): Job | undefined => (rules.owner === "jobs" ? nextJob(ahead.jobs) : undefined);
  const putBack = ({ order }: Job, why: string): readonly Change[] => {
    const comment = `cannot begin: ${why}`.slice(0, 254);
    log.warn("a job order cannot begin; update it and start it again", { jobOrderId: order.jobOrderId, comment });
    return [{ event: "revokeStart", order, state: "notAllowedToStart", comment, by: "line" }];
  };
  /** Has its recipe made ready; false when it is. */
  const isAwaited = (job: Job): boolean => {
    const recipe = recipeOf(job);
    if (!recipe || recipes.isReady(recipe)) return false;
    void recipes.prepare(recipe);
    return true;
  };
  const prepare = (): void => {
    const job = next();
    if (job) isAwaited(job);
  };

  return {
    command: (command) =>
      new Promise((resolve) => {
        if (sequencer.storageFault !== "") {
          resolve(refuseForStorage(sequencer.storageFault));
          return;
        }
        takePlace(decideJob(command, ahead, rules), resolve);
        prepare();
        deps.dropped();
      }),
    beforeUnit() {
      const job = next();
      if (!job) return;
      const { order, comment, by } = job;
      const problems = jobProblems(order, rules.recipes);
      if (problems.length > 0) {
        // What the configuration no longer allows is put back, and says why.
        takePlace(putBack(job, problems.map((p) => `${p.argument} ${p.problem}`).join("; ")), () => undefined);
        return;
      }
      if (isAwaited(job)) return;
      takePlace([{ event: "began", order, state: "running", comment, by }], () => undefined);
    },
    prepare,
    get awaited() {
      const job = next();
      return job && recipeOf(job);
    },
    refused(recipe, problem) {
      const job = next();
      if (job && recipeOf(job)?.hash === recipe.hash)
        takePlace(putBack(job, `recipe ${recipeText(recipe)} cannot be used: ${problem}`), () => undefined);
    },
    start() {
      const active = activeJob(ahead.jobs);
      if (rules.owner === "jobs" || active?.state !== "running") return;
      const comment = "interrupted: the context of the station no longer belongs to jobs";
      takePlace([{ event: "pause", order: active.order, state: "interrupted", comment, by: "line" }], () => undefined);
    },
  };
}
