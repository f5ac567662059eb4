import { aPicture, pictureSize } from "../../support/pictures.ts";
import { detectorCard, detectorGraph, writeModel } from "../../support/small-networks.ts";
import type { StepFixture } from "./step-fixture.ts";

export default {
  misfits: [
    { model: "boxes@1" },
    { model: "boxes@1", report: ["SCRATCH"], minConfidence: -1 },
    { model: "boxes@1", report: ["SCRATCH"], zones: { print: "no class" } },
  ],
  unfit: [
    { options: { model: "missing@1", report: ["SCRATCH"] }, because: /missing@1/ },
    {
      options: { model: "boxes@1", report: ["SCRATCH"], minConfidence: 0.6 },
      because: /nothing below 0\.6 is reported.*SCRATCH \(reject 0\.5\)/,
    },
    {
      options: { model: "boxes@1", report: ["SCRATCH"], minConfidence: 0.001 },
      because: /finds nothing below .*"minConfidence" 0\.001 has no effect/,
    },
    { options: { model: "boxes@1", report: ["DENT"] }, because: /no defect class DENT; it has SCRATCH, BAG/ },
    { options: { model: "boxes@1", report: ["SCRATCH"], zones: { nowhere: "DENT" } }, because: /no zone "nowhere"/ },
    {
      options: { model: "boxes@1", report: ["SCRATCH"] },
      camera: { picture: { ...pictureSize, channels: 1 }, zones: {}, steps: [] },
      because: /takes pictures of 3 channel\(s\), the recipe's have 1/,
    },
  ],
  async prepare(folder) {
    return {
      options: { model: "boxes@1", report: ["SCRATCH"], zones: { print: "PRINT_SCRATCHED" } },
      camera: { picture: pictureSize, zones: { print: [20, 30, 28, 24] }, steps: [] },
      modelFolders: { "boxes@1": await writeModel(folder, detectorCard, detectorGraph()) },
      pictures: [
        { shows: "a good unit", picture: aPicture(821), finds: ({ defects }) => expect(defects).toBeUndefined() },
        {
          shows: "a scratched unit",
          picture: aPicture(822, "scratched"),
          finds({ defects, marks }) {
            expect(defects).toMatchObject([{ class: "PRINT_SCRATCHED", zone: "print" }]);
            // The stripe lies at x 24..48, y 40..52.
            const [x, y, width, height] = defects![0]!.box!;
            expect(x < 48 && x + width > 24 && y < 52 && y + height > 40).toBe(true);
            expect(marks).toMatchObject([{ kind: "quad", label: "PRINT_SCRATCHED" }]);
          },
        },
      ],
    };
  },
} satisfies StepFixture;
