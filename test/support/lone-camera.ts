import { createServer } from "node:net";
import { z } from "zod";
import { type CameraDefinition, defineCamera } from "../../src/cameras/camera.ts";
import generated from "./generated-camera.ts";

/** The generated camera behind a port of its own: really only one process at a time can have it open. */
export default defineCamera({
  type: "lone",
  summary: "Small generated pictures, one viewer only.",
  simulated: true,
  exclusive: true,
  options: z.strictObject({ port: z.int(), silent: z.array(z.int()).default([]) }),
  async open({ port, silent }, events, clock, cameraId) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    const plain = generated as unknown as CameraDefinition;
    const camera = await plain.open(plain.options.parse({ silent }), events, clock, cameraId);
    return {
      trigger: camera.trigger,
      async [Symbol.asyncDispose]() {
        await camera[Symbol.asyncDispose]();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  },
});
