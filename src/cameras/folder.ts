import { z } from "zod";
import { defineCamera } from "./camera.ts";

/**
 * Replays image files, one per trigger. A file that cannot be read is reported and skipped; when the folder has gone or
 * has become empty the camera is `gone`, looks again every second and goes on where it was. Pictures keep their own size.
 */
export default defineCamera({
  type: "folder",
  summary: "Replays the images of a folder, one per trigger: recorded pictures of a real line, or a public image set.",
  options: z
    .strictObject({
      path: z.string().min(1).meta({ description: "Folder of the images: jpg, png, webp, tif" }),
      recursive: z.boolean().default(false).meta({ description: "Look into subfolders too" }),
      loop: z
        .boolean()
        .default(true)
        .meta({ description: "Start again after the last image; otherwise the camera is gone then" }),
      colour: z
        .enum(["auto", "rgb", "grey"])
        .default("auto")
        .meta({ description: "auto: grey where the file stores grey, RGB otherwise (WebP and palette images always)" }),
      labels: z.string().min(1).optional().meta({
        description:
          "A CSV file (columns file, label, defect_class, split), relative to path: replay the images it names, in its order",
      }),
      split: z.string().optional().meta({ description: "Only rows of the labels file with this split, e.g. test" }),
      label: z.string().optional().meta({ description: "Only rows of the labels file with this label, e.g. good" }),
    })
    .refine((o) => o.labels !== undefined || (o.split === undefined && o.label === undefined), {
      message: 'split and label choose rows of a labels file: set "labels" too, e.g. labels: labels.csv',
      path: ["labels"],
    }),
  simulated: true,
  async open(options, events, clock) {
    const { openReplay } = await import("./folder/replay.ts");
    return openReplay(options, events, clock);
  },
});
