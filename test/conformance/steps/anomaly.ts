import path from "node:path";
import { aPicture, pictureSize } from "../../support/pictures.ts";
import { teachSmallModel } from "../../support/taught-model.ts";
import type { StepFixture } from "./step-fixture.ts";

export default {
  misfits: [
    {},
    { model: "snack-bag" },
    { model: "unit@1", threshold: 0 },
    { model: "unit@1", zones: { label: "a b" } },
  ],
  unfit: [
    { options: { model: "missing@1" }, because: /missing@1/ },
    { options: { model: "unit@1", zones: { nowhere: "SCRATCH" } }, because: /no zone "nowhere"/ },
  ],
  async prepare(folder) {
    await teachSmallModel(folder);
    return {
      options: { model: "unit@1", zones: { middle: "SCRATCH" } },
      camera: { picture: pictureSize, zones: { middle: [20, 16, 56, 64] }, steps: [] },
      modelFolders: { "unit@1": path.join(folder, "models", "unit@1") },
      pictures: [
        {
          shows: "a good unit",
          picture: aPicture(801),
          finds: ({ defects, score }) => {
            expect(score).toBeGreaterThan(0);
            expect(defects?.[0]?.confidence ?? 0).toBeLessThan(0.5);
          },
        },
        {
          shows: "a scratched unit",
          picture: aPicture(802, "scratched"),
          finds: ({ defects }) => expect(defects).toMatchObject([{ class: "SCRATCH", zone: "middle" }]),
        },
        {
          shows: "an empty place",
          picture: aPicture(803, "empty"),
          finds: ({ absent }) => expect(absent?.confidence).toBeGreaterThan(0),
        },
      ],
    };
  },
} satisfies StepFixture;
