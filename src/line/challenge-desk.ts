import {
  type Challenge,
  type ChallengeEvent,
  type ChallengeRules,
  challengedBy,
  recognitions,
} from "../domain/challenge.ts";
import {
  type ArmChallenge,
  type ChallengeArmed,
  type ChallengeCommand,
  type Done,
  type Refused,
  refuse,
  refuseForStorage,
  type SignOffChallenge,
} from "../domain/command.ts";
import { type ArgumentProblem, textProblem } from "../domain/context.ts";
import type { EntryDraft } from "../domain/ledger-entry.ts";
import type { UnitRecord } from "../domain/unit-record.ts";
import type { Clock } from "../platform/clock.ts";
import type { StationState } from "../projections/station-state.ts";
import type { OpenUnit } from "./open-unit.ts";
import type { Sequencer } from "./sequencer.ts";

/** A trigger, as far as it can be company for a test piece. */
type Passing = Pick<OpenUnit, "at" | "closed" | "isAbsent">;

/** Sends test pieces through the line: knows the piece, keeps it apart from the product, and says what became of it. */
export interface ChallengeDesk {
  /** A trigger has come. */
  passing(unit: OpenUnit): void;
  /** Triggers came (at that moment, monotonic ms) that get no record of their own: nobody can say that the line was empty. */
  unseen(at: number): void;
  /** Whether the record of a closed unit has to wait, because what comes after it decides whether it is the piece. */
  holds(state: StationState, unit: OpenUnit): boolean;
  /** Whether this unit is the piece, where it takes its place. */
  isPiece(state: StationState, unit: OpenUnit): boolean;
  /** What the record of a unit means for the challenge that was armed before it. */
  follows(state: StationState, unit: OpenUnit, record: UnitRecord): readonly EntryDraft[];
  /** To be called once, first: what needs a line that was watched without a pause is cancelled. */
  start(): void;
  /** To be called about once a second. @param now station time, UTC ms */
  tick(now: number): void;
  /** Resolves when the answer is on disk. */
  command(command: ChallengeCommand): Promise<ChallengeArmed | Done | Refused>;
  /** Nothing is held any more. */
  stop(): void;
}

const validSecondsRange = [10, 3_600] as const;

type Change = { readonly event: ChallengeEvent; readonly challenge: Challenge };

/** Everything that is wrong with what somebody wants to arm. */
function armingProblems(
  { pieceId, expectedClass, validSeconds, unreadable }: ArmChallenge,
  { pieces, defectClasses }: ChallengeRules,
): ArgumentProblem[] {
  const problems: ArgumentProblem[] = [...(unreadable ?? [])];
  const text = pieceId === "" ? "is empty; name the test piece" : textProblem(pieceId);
  const known = pieces.find(({ id }) => id === pieceId);
  const [shortest, longest] = validSecondsRange;
  if (text) problems.push({ argument: "pieceId", problem: text });
  else if (pieces.length > 0 && !known)
    problems.push({
      argument: "pieceId",
      problem: `is no test piece of this site; there are ${pieces.map(({ id }) => id).join(", ")}`,
    });
  if (known && expectedClass !== "" && expectedClass !== known.class)
    problems.push({ argument: "expectedClass", problem: `must be ${known.class}, as configured for ${pieceId}` });
  else if (!known && !defectClasses.includes(expectedClass))
    problems.push({ argument: "expectedClass", problem: `must be one of ${defectClasses.join(", ")}` });
  if (validSeconds !== 0 && !(validSeconds >= shortest && validSeconds <= longest))
    problems.push({ argument: "validSeconds", problem: `must be ${shortest} to ${longest}, or 0 for the usual time` });
  return problems;
}

export function createChallengeDesk(
  rules: ChallengeRules,
  deps: { readonly sequencer: Sequencer; readonly clock: Clock; readonly now: () => number },
): ChallengeDesk {
  const { sequencer, clock } = deps;
  const { aloneMs } = rules;
  /** Triggers that the next one can be company of. */
  let recent: readonly Passing[] = [];
  /** Trigger → those that came so soon behind it that nobody could say which of them is the piece. */
  const behind = new WeakMap<Passing, Passing[]>();
  let stopping = false;
  let expiring = false;
  /** Commands that may arm for an empty line, and are not on disk yet. */
  let arming = 0;
  let cancelling = false;
  /** When the last unit passed that has no record, monotonic ms. */
  let lastUnseenAt = Number.NEGATIVE_INFINITY;

  const draft = (state: StationState, body: Change, time: number, by = "line"): EntryDraft => ({
    station: state.station,
    kind: "challenge",
    time,
    by,
    body,
  });
  const seconds = aloneMs / 1_000;

  /** The challenge that this unit could be the piece of: it is there, and it came in time. */
  const armedFor = ({ challenges: { armed } }: StationState, unit: OpenUnit): Challenge | undefined =>
    armed && !unit.isAbsent && unit.triggeredAt <= armed.expiresAt ? armed : undefined;
  const companyOf = (unit: Passing): readonly Passing[] => behind.get(unit) ?? [];
  const hasCompany = (unit: Passing): boolean => companyOf(unit).some((other) => other.closed && !other.isAbsent);
  const isWatchedOut = (unit: OpenUnit): boolean =>
    clock.monotonic() - unit.at >= aloneMs && companyOf(unit).every(({ closed }) => closed);
  /** Who passed before a challenge was armed is no piece: only then company matters. */
  const isWatching = (): boolean => arming > 0 || sequencer.state.challenges.armed?.recognition === "emptyLine";
  const pass = (unit: Passing): void => {
    if (!isWatching()) {
      recent = [];
      return;
    }
    // One that has company for sure needs no more.
    recent = [...recent.filter((before) => unit.at - before.at < aloneMs && !hasCompany(before)), unit];
    behind.set(unit, []);
    for (const before of recent) if (before !== unit) behind.get(before)!.push(unit);
  };
  /** Cancels what is armed for an empty line by then, also when it is not on disk yet. */
  const cancelEmptyLine = (reason: string, at: number): void => {
    if (cancelling || !isWatching()) return;
    cancelling = true; // until another is armed: however many units come, one entry
    sequencer.push({
      ready: () => true,
      produce(state) {
        const { armed } = state.challenges;
        return armed?.recognition === "emptyLine"
          ? [draft(state, { event: "cancelled", challenge: { ...armed, reason } }, at)]
          : [];
      },
    });
  };

  const isPiece = (state: StationState, unit: OpenUnit): boolean => {
    const armed = armedFor(state, unit);
    switch (armed?.recognition) {
      case "code":
        return unit.codes.includes(armed.pieceId);
      case "emptyLine":
        return !hasCompany(unit) && isWatchedOut(unit);
      default:
        return false;
    }
  };

  /** One decision where it takes its place; resolves when its entry is on disk. */
  const carryOut = <A extends { readonly outcome: string }>(
    command: ChallengeCommand,
    decide: (state: StationState, now: number) => { readonly change: Change; readonly answer: A } | Refused,
  ): Promise<A | Refused> =>
    new Promise((resolve) => {
      if (sequencer.storageFault !== "") {
        resolve(refuseForStorage(sequencer.storageFault));
        return;
      }
      const now = deps.now();
      let answer: A | Refused;
      sequencer.push({
        ready: () => true,
        produce(state) {
          const decided = decide(state, now);
          if ("outcome" in decided) {
            answer = decided;
            return [];
          }
          answer = decided.answer;
          return [draft(state, decided.change, now, command.by)];
        },
        committed: () => resolve(answer),
      });
    });

  const notEmpty = (sinceMs: number): Refused | undefined =>
    sinceMs < aloneMs
      ? refuse(
          "wrongState",
          `a unit passed ${(sinceMs / 1_000).toFixed(1)} s ago; let the line run empty for ${seconds} s, then arm again`,
        )
      : undefined;

  const arm = (command: ArmChallenge): Promise<ChallengeArmed | Refused> => {
    const unseenMs = clock.monotonic() - lastUnseenAt;
    if (command.recognition !== "emptyLine") return armAfter(command, unseenMs);
    arming += 1;
    cancelling = false;
    return armAfter(command, unseenMs).finally(() => {
      arming -= 1;
    });
  };
  /** @param unseenMs since a unit passed that has no record */
  const armAfter = (command: ArmChallenge, unseenMs: number) =>
    carryOut<ChallengeArmed>(command, ({ challenges }, now) => {
      const { pieceId, recognition, validSeconds } = command;
      const problems = armingProblems(command, rules);
      if (problems.length > 0)
        return refuse(
          "invalidArgument",
          `nothing was armed: ${problems.map((p) => `${p.argument} ${p.problem}`).join("; ")}`,
          problems,
        );
      if (recognition === "plc")
        return refuse(
          "notSupported",
          `no PLC is connected that could point the piece out; use ${recognitions.slice(0, 2).join(" or ")}`,
        );
      if (challenges.armed)
        return refuse(
          "wrongState",
          `challenge ${challenges.armed.challengeId} still waits for its piece; send it, or call CancelChallenge`,
        );
      const refused =
        recognition === "emptyLine" ? notEmpty(Math.min(now - challenges.lastPresentAt, unseenMs)) : undefined;
      if (refused) return refused;
      const known = rules.pieces.find(({ id }) => id === pieceId);
      const lastPassed = challenges.pieces[pieceId]?.lastPassed;
      const challenge: Challenge = {
        challengeId: `${pieceId}/${challenges.count + 1}`,
        pieceId,
        expectedClass: known?.class ?? command.expectedClass,
        recognition,
        armedBy: command.by,
        armedAt: now,
        expiresAt: now + (validSeconds * 1_000 || rules.validMs),
        ...(lastPassed && { lastPassed }),
      };
      return {
        change: { event: "armed", challenge },
        answer: { outcome: "armed", challengeId: challenge.challengeId },
      };
    });

  const cancel = (command: ChallengeCommand) =>
    carryOut<Done>(command, ({ challenges: { armed } }) =>
      armed
        ? {
            change: { event: "cancelled", challenge: { ...armed, reason: `by ${command.by}` } },
            answer: { outcome: "done" },
          }
        : refuse("wrongState", "no challenge is armed; nothing is to be done"),
    );

  const signOff = (command: SignOffChallenge) =>
    carryOut<Done>(command, ({ challenges: { unsigned } }, now) => {
      const { challengeId, comment, by } = command;
      const challenge = unsigned.find((c) => c.challengeId === challengeId);
      const problems: ArgumentProblem[] = [];
      if (!challenge) {
        const waiting = unsigned.map((c) => c.challengeId).slice(-8);
        const problem = `is no challenge that waits to be signed off; waiting: ${waiting.join(", ") || "none"}`;
        problems.push({ argument: "challengeId", problem });
      }
      const text = textProblem(comment);
      if (text) problems.push({ argument: "comment", problem: text });
      if (!challenge || text)
        return refuse(
          "invalidArgument",
          `nothing was signed off: ${problems.map((p) => `${p.argument} ${p.problem}`).join("; ")}`,
          problems,
        );
      return {
        change: { event: "signedOff", challenge: { ...challenge, signOff: { by, at: now, comment } } },
        answer: { outcome: "done" },
      };
    });

  return {
    passing: pass,

    unseen(at) {
      lastUnseenAt = Math.max(lastUnseenAt, at);
      pass({ at, closed: true, isAbsent: false });
      cancelEmptyLine("units passed that could not be recorded, so nobody can say which one is the piece", deps.now());
    },

    holds: (state, unit) =>
      !stopping && armedFor(state, unit)?.recognition === "emptyLine" && !hasCompany(unit) && !isWatchedOut(unit),

    isPiece,

    follows(state, unit, record) {
      const armed = armedFor(state, unit);
      if (!armed) return [];
      if (record.unitKind === "challenge") return [draft(state, challengedBy(armed, record), unit.triggeredAt)];
      if (armed.recognition !== "emptyLine") return [];
      const reason = hasCompany(unit)
        ? `another unit came within ${seconds} s, so nobody can say which one is the piece; both count as product`
        : `the line stopped before it was sure that unit ${record.sequence} came alone; it counts as product`;
      return [draft(state, { event: "cancelled", challenge: { ...armed, reason } }, unit.triggeredAt)];
    },

    start() {
      const reason = "the program was restarted, so nobody can say that the line was empty; arm it again";
      cancelEmptyLine(reason, deps.now());
    },

    tick(now) {
      // A unit that waited to be alone has waited long enough.
      sequencer.advance();
      const { armed } = sequencer.state.challenges;
      if (!armed || expiring || now <= armed.expiresAt) return;
      expiring = true;
      const reason = "expired: the piece did not come, or was not recognised";
      sequencer.push({
        ready: () => true,
        produce: (state) =>
          state.challenges.armed?.challengeId === armed.challengeId
            ? [draft(state, { event: "failed", challenge: { ...armed, reason } }, now)]
            : [],
        committed() {
          expiring = false;
        },
      });
    },

    command(command) {
      switch (command.kind) {
        case "armChallenge":
          return arm(command);
        case "cancelChallenge":
          return cancel(command);
        case "signOffChallenge":
          return signOff(command);
      }
    },

    stop() {
      stopping = true;
      sequencer.advance();
    },
  };
}
