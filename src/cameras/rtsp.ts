import { z } from "zod";
import { defineCamera } from "./camera.ts";

/**
 * A free-running camera behind ffmpeg, which runs as a child process. Pictures carry the moment of their exposure by the
 * stream's own time stamps and pair with triggers by time. It is `ok` from the first picture on; whatever ends the stream
 * makes it `gone`, and it is opened again, 0.5 s later at first and 10 s at most.
 */
export default defineCamera({
  type: "rtsp",
  summary: "A video stream that ffmpeg can open (RTSP, HTTP, a device, a file), paired with triggers by time.",
  options: z.strictObject({
    url: z.string().min(1, "say what ffmpeg shall open, e.g. rtsp://camera-1/stream1").meta({
      description: "What ffmpeg opens, e.g. rtsp://user:password@camera-1/stream1; the password is never shown",
    }),
    widthPx: z.int().min(1).max(16_384).meta({ description: "Width of the stream's pictures, px; another is refused" }),
    heightPx: z
      .int()
      .min(1)
      .max(16_384)
      .meta({ description: "Height of the stream's pictures, px; another is refused" }),
    colour: z.enum(["rgb", "grey"]).default("rgb").meta({ description: "What the model takes; ffmpeg converts" }),
    transport: z
      .enum(["tcp", "udp"])
      .default("tcp")
      .meta({ description: "For rtsp:// only; udp is quicker and loses pictures on a bad network" }),
    latencyMs: z.number().min(0).max(10_000).default(0).meta({
      description:
        "From exposure to arrival here, ms: pictures belong to the trigger this much before they arrive. Measure it: film a clock",
    }),
    stallMs: z
      .int()
      .min(100)
      .max(3_600_000)
      .default(3_000)
      .meta({ description: "Without a picture for this long the stream is opened anew, ms" }),
    inputArguments: z.array(z.string()).default([]).meta({
      description:
        'Further arguments of ffmpeg for its input, e.g. ["-f", "v4l2"] with /dev/video0; a file needs ["-re"]',
    }),
  }),
  simulated: false,
  exclusive: true, // many cameras serve one stream only
  async open(options, events, clock) {
    const { openStream } = await import("./rtsp/stream.ts");
    return openStream(options, events, clock);
  },
});
