import { StatusCodes } from "node-opcua";
import { cameraStates, enumerations } from "../../../nodeset/enumerations.ts";
import { cameraVariables, statusVariables } from "../../../nodeset/variables.ts";
import { lineStateCodes } from "../../domain/line-state.ts";
import { rollingRates } from "../../projections/rolling.ts";
import { type Group, group, type Known } from "../binding.ts";
import { lineStatusOf, type StationSnapshot, timeOf } from "../snapshot.ts";

/** Window of `LineSpeed`: short enough to follow the line, long enough to be steady at 60 units per minute. */
const lineSpeedSeconds = 30;

/** What the core said last may no longer be true once it is silent. */
export const staleQuality = ({ stale }: StationSnapshot) => (stale ? StatusCodes.UncertainLastUsableValue : undefined);

const lineCode = (s: StationSnapshot): number => lineStateCodes[lineStatusOf(s).state];

/** Units per minute of late, and those that the line is set to. */
export const lineSpeed = (s: StationSnapshot): number | undefined =>
  s.vitals && rollingRates(s.state.rolling, timeOf(s), lineSpeedSeconds).unitsPerMinute;
export const targetSpeed = ({ vitals }: StationSnapshot): Known<number> =>
  vitals && (vitals.targetUnitsPerMinute ?? StatusCodes.BadNoData);

export const statusGroup = group("Status", statusVariables, {
  on: { state: "changed", model: "changed", vitals: "changed" },
  at: timeOf,
  quality: staleQuality,
  values: {
    LineStatus: lineCode,
    LineStatusText: (s) => enumerations.LineStatus.names[lineCode(s)],
    LineStatusReason: (s) => lineStatusOf(s).reason,
    ModelStatus: ({ vitals, state: { model } }) =>
      vitals?.modelStatus ?? (model && `${model.status} ${model.id}${model.reason && `: ${model.reason}`}`),
    PlcLinkStatus: () => 0,
    PlcLinkStatusText: () => enumerations.PlcLinkStatus.names[0],
    ClockOffsetMs: ({ vitals }) => vitals?.clockOffsetMs,
    ClockSynchronized: ({ vitals }) => vitals?.clockSynchronized,
    Heartbeat: ({ vitals }) => vitals?.heartbeat,
    Simulated: ({ vitals, state }) => vitals?.simulated ?? state.lastUnit?.unit.simulated,
    SoftwareVersion: ({ softwareVersion }) => softwareVersion,
    LineSpeed: lineSpeed,
    TargetSpeed: targetSpeed,
  },
});

/** One camera; what it was last heard to be stands until the core tells its vitals. */
export function cameraGroup(id: string): Group {
  const health = ({ vitals }: StationSnapshot) => vitals?.cameras.find((c) => c.cameraId === id);
  const last = (s: StationSnapshot) => health(s) ?? s.state.cameras[id];
  const code = (s: StationSnapshot) => {
    const camera = last(s);
    return camera && cameraStates.indexOf(camera.state);
  };
  return group(`Cameras/${id}`, cameraVariables, {
    on: { camera: "changed", vitals: "changed" },
    at: timeOf,
    quality: staleQuality,
    values: {
      Status: code,
      StatusText: (s) => enumerations.CameraStatus.names[code(s) ?? -1],
      StatusReason: (s) => last(s)?.reason,
      Fps: (s) => health(s)?.fps,
      LastFrameAgeMs: (s) => {
        const camera = health(s);
        return camera && (camera.lastFrameAgeMs ?? StatusCodes.BadNoData);
      },
      DroppedFrames: (s) => health(s)?.droppedFrames,
    },
  });
}
