import { z } from "zod";

export const pushOptions = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .meta({ description: "Address to listen on; 0.0.0.0 for all. Loopback keeps it to this machine" }),
  port: z
    .int()
    .min(1, "use a port from 1 to 65535, e.g. 8090")
    .max(65_535)
    .meta({ description: "TCP port to listen on, one per camera, e.g. 8090" }),
  secret: z.string().min(16, "use 16 characters or more, e.g. from: openssl rand -hex 16").max(256).optional().meta({
    description: "What a sender must show as Authorization: Bearer …; it travels unencrypted",
  }),
  maximumMb: z.number().min(0.1).max(200).default(16).meta({ description: "A larger body is refused, MB" }),
  maximumMegapixels: z.number().min(0.01).max(50).default(12).meta({
    description: "A larger picture is refused, million px: a small file can hold a huge picture",
  }),
  maximumRequests: z
    .int()
    .min(1)
    .max(32)
    .default(4)
    .meta({ description: "Pictures under way at once; one more is told to try again later" }),
  uploadMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(2_000)
    .meta({ description: "A request must be complete within this time, ms" }),
  silentAfterMs: z
    .int()
    .min(100)
    .max(3_600_000)
    .default(10_000)
    .meta({ description: "Triggers, but no picture for this long: the camera is gone, ms" }),
  latencyMs: z.number().min(0).max(10_000).default(0).meta({
    description:
      "From exposure to the arrival of the request, ms; for pictures without a trigger id, which pair by time",
  }),
  colour: z
    .enum(["auto", "rgb", "grey"])
    .default("auto")
    .meta({ description: "auto: grey where the file stores grey, RGB otherwise (WebP and palette images always)" }),
});
export type PushOptions = z.output<typeof pushOptions>;
