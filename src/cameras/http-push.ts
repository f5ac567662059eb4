import { defineCamera } from "./camera.ts";
import { pushOptions } from "./http-push/options.ts";

/**
 * A camera that sends its pictures: `POST /<CameraId>?trigger=123` with JPEG, PNG, WebP or raw pixels as body. What reads the
 * network is a process of its own; when it dies or hangs the camera is `gone` until it is replaced. A picture that comes
 * before its trigger waits for it up to 1 s.
 */
export default defineCamera({
  type: "http-push",
  summary: "A camera or program that POSTs each picture, with the trigger's id or paired by time.",
  options: pushOptions,
  simulated: false,
  exclusive: true, // its port
  async open(options, events, clock, cameraId) {
    const { openPush } = await import("./http-push/push-camera.ts");
    return openPush({ ...options, cameraId }, events, clock);
  },
});
