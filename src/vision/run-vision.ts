import type { PictureReport } from "../domain/evidence.ts";
import type { CameraHealth, Judgement } from "../domain/judgement.ts";
import { recipeRef } from "../domain/recipe.ts";
import type { Channel } from "../platform/channel.ts";
import { systemClock } from "../platform/clock.ts";
import { AppError, errorText } from "../platform/errors.ts";
import { createLog, type Log } from "../platform/log.ts";
import { type InspectionStation, openStation } from "./inspection-station.ts";
import type { FromVision, ToVision, VisionSetup } from "./messages.ts";
import type { CameraDefinitions } from "./open-cameras.ts";

/** Exit codes of a vision process; a stop is 0. */
const exitCodes = { refused: 2, broken: 70 } as const;

/** Runs the vision process on its channel: one setup, then triggers, then stop. Ends the process itself. */
export function runVision(channel: Channel<FromVision, ToVision>, definitions: CameraDefinitions): void {
  // Before the channel's own listener, which leaves in good order: leaving while a thread is inside the ONNX runtime
  // aborts with a core dump, a kill does not. Nothing is lost, the core that would be told is gone.
  process.prependListener("disconnect", () => process.kill(process.pid, "SIGKILL"));
  let station: InspectionStation | undefined;
  let log: Log | undefined;
  let setup: VisionSetup | undefined;
  let isStopping = false;
  let isEvidenceKept = true;
  /** Opening, releasing and stopping come one after the other, in the order in which they were asked for. */
  let turn: Promise<void> = Promise.resolve();

  function judged(judgement: Judgement): void {
    if (!channel.send({ type: "judgement", judgement }))
      log?.warn("judgement not sent: the core does not read; its unit will be closed as not inspected", {
        triggerId: judgement.triggerId,
      });
  }
  function refused(error: unknown): void {
    const code = error instanceof AppError ? error.code : "UNEXPECTED";
    channel.send({ type: "refused", code, reason: errorText(error) });
    leave(exitCodes.refused);
  }
  async function start(given: VisionSetup, isStandby: boolean): Promise<void> {
    setup = given;
    log = createLog("vision", given.log);
    try {
      const evidence = (report: PictureReport) => channel.send({ type: "evidence", report });
      const events = { judgement: judged, evidence, cameras, broken };
      station = await openStation(given, definitions, systemClock, events, isStandby);
      station.keepEvidence(isEvidenceKept);
      const { loaded, simulated, exclusive } = station;
      for (const note of station.notes) log.warn("a camera's pictures are hardly checked", { note });
      channel.send({ type: "ready", loaded, simulated, exclusive });
    } catch (error) {
      refused(error);
    }
  }
  function cameras(health: readonly CameraHealth[]): void {
    channel.send({ type: "cameras", cameras: health });
  }
  async function open(): Promise<void> {
    try {
      await station?.open();
      channel.send({ type: "opened" });
    } catch (error) {
      isStopping = true;
      await station?.stop();
      refused(error);
    }
  }
  async function release(): Promise<void> {
    await station?.release();
    channel.send({ type: "released" });
  }
  function broken(reason: string, isInside: boolean): void {
    log?.error("inference is broken; this process ends and its supervisor starts another", { reason });
    if (isInside) process.kill(process.pid, "SIGKILL");
    process.exit(exitCodes.broken);
  }
  /** A trigger has a judgement per camera even while nothing can be judged. */
  function refuse(triggerId: number): void {
    for (const { id } of setup?.cameras ?? [])
      judged({
        station: setup!.station,
        triggerId,
        cameraId: id,
        unitKind: "production",
        recipe: recipeRef(setup!.inspection.recipe),
        verdict: { kind: "notInspected", reason: "visionDown", detail: isStopping ? "stopping" : "still starting" },
      });
  }
  async function selfTest(): Promise<void> {
    const answer = (await station?.selfTest()) ?? { notRun: "the vision process is still starting; try again" };
    channel.send({ type: "selfTested", answer });
  }
  async function stop(): Promise<void> {
    isStopping = true;
    // Still loading: a thread may be inside the ONNX runtime, which only a kill leaves without a core dump.
    if (setup && !station) process.kill(process.pid, "SIGKILL");
    await turn;
    await station?.stop();
    leave(0);
  }

  channel.onMessage((message) => {
    switch (message.type) {
      case "setup":
        void start(message.setup, message.standby ?? false);
        return;
      case "open":
        turn = turn.then(open);
        return;
      case "release":
        turn = turn.then(release);
        return;
      case "trigger": {
        const { ageMs, trigger } = message;
        if (!station || isStopping) refuse(trigger.triggerId);
        else station.trigger({ ...trigger, at: systemClock.monotonic() - ageMs });
        return;
      }
      case "evidence":
        isEvidenceKept = message.isEnabled;
        station?.keepEvidence(isEvidenceKept);
        return;
      case "selfTest":
        void selfTest();
        return;
      case "stop":
        void stop();
    }
  });
}

/** Lets what was sent reach the pipe before the process ends. */
function leave(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), 50);
}
