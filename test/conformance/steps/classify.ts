import { aPicture, pictureSize } from "../../support/pictures.ts";
import { classifierCard, classifierGraph, writeModel } from "../../support/small-networks.ts";
import type { StepFixture } from "./step-fixture.ts";

export default {
  misfits: [
    { model: "scratches@1" },
    { model: "scratches@1", report: [] },
    { model: "scratches", report: ["SCRATCH"] },
    { model: "scratches@1", report: ["SCRATCH"], minConfidence: 2 },
  ],
  unfit: [
    { options: { model: "missing@1", report: ["SCRATCH"] }, because: /missing@1/ },
    {
      options: { model: "scratches@1", report: ["SCRATCH", "DENT"] },
      because: /no defect class DENT; it has SCRATCH\./,
    },
    {
      options: { model: "scratches@1", report: ["SCRATCH"], minConfidence: 0.6 },
      because: /nothing below 0\.6 is reported.*SCRATCH \(reject 0\.5\)/,
    },
    { options: { model: "scratches@1", report: ["GOOD"] }, because: /no defect class GOOD/ },
    { options: { model: "scratches@1", report: ["SCRATCH"], zone: "nowhere" }, because: /no zone "nowhere"/ },
    {
      options: { model: "scratches@1", report: ["SCRATCH"] },
      camera: { picture: { ...pictureSize, channels: 1 }, zones: {}, steps: [] },
      because: /takes pictures of 3 channel\(s\), the recipe's have 1/,
    },
  ],
  async prepare(folder) {
    return {
      options: { model: "scratches@1", report: ["SCRATCH"], zone: "unit" },
      camera: { picture: pictureSize, zones: { unit: [0, 0, 96, 96] }, steps: [] },
      modelFolders: { "scratches@1": await writeModel(folder, classifierCard, classifierGraph()) },
      pictures: [
        {
          shows: "a good unit",
          picture: aPicture(811),
          finds: ({ defects = [] }) => {
            for (const { confidence } of defects) expect(confidence).toBeLessThan(0.2);
          },
        },
        {
          shows: "a scratched unit",
          picture: aPicture(812, "scratched"),
          finds({ defects }) {
            expect(defects).toMatchObject([{ class: "SCRATCH", zone: "unit", box: [0, 0, 96, 96] }]);
            expect(defects![0]!.confidence).toBeGreaterThan(0.9);
            // A temperature above 1 takes certainty away.
            expect(defects![0]!.probability).toBeLessThan(defects![0]!.confidence);
          },
        },
        {
          shows: "an empty place",
          picture: aPicture(813, "empty"),
          finds: ({ absent, defects }) => {
            expect(absent?.confidence).toBeGreaterThan(0.9);
            expect(defects).toBeUndefined();
          },
        },
      ],
    };
  },
} satisfies StepFixture;
