import type { CameraDefinition } from "../../src/cameras/camera.ts";
import { childChannel } from "../../src/platform/child-process.ts";
import type { FromVision, ToVision } from "../../src/vision/messages.ts";
import { runVision } from "../../src/vision/run-vision.ts";
import generated from "./generated-camera.ts";
import lone from "./lone-camera.ts";

// The real vision process with the test cameras instead of the folder of cameras.
runVision(
  childChannel<FromVision, ToVision>(),
  new Map(
    ([generated, lone] as unknown as readonly CameraDefinition[]).map((definition) => [definition.type, definition]),
  ),
);
