import type { CameraDefinition } from "../cameras/camera.ts";
import { childChannel } from "../platform/child-process.ts";
import { discover } from "../platform/discover.ts";
import type { FromVision, ToVision } from "./messages.ts";
import { runVision } from "./run-vision.ts";

// The entry of a vision process: forked by the core with no arguments, told everything by messages.
const channel = childChannel<FromVision, ToVision>();
runVision(channel, await discover<CameraDefinition>(new URL("../cameras/", import.meta.url), "camera.ts"));
