import { recipes, snackBag } from "../../support/snack-bag-measures.ts";
import { drawBags, drawEmpty } from "../../support/snack-bag-pictures.ts";
import type { StepFixture } from "./step-fixture.ts";

const reference = "snack-bag-reference.png";

export default {
  misfits: [
    {},
    { reference },
    { reference, by: { outline: "unit", fiducials: ["headline", "code-frame"] } },
    { reference, by: { fiducials: ["headline"] } },
    { reference, by: { outline: "unit" }, maxTurnDeg: 0 },
  ],
  unfit: [
    { options: { reference: "missing.png", by: { outline: "unit" } }, because: /missing\.png/ },
    { options: { reference: "SNACK-BAG@1.yaml", by: { outline: "unit" } }, because: /no image/ },
    { options: { reference, by: { outline: "nowhere" } }, because: /no zone "nowhere"/ },
    // Belt on either side.
    { options: { reference, by: { outline: "belt" } }, because: /cannot be told apart/ },
    { options: { reference, by: { fiducials: ["belt", "headline"] } }, because: /"belt" is too small or too plain/ },
    {
      options: { reference, by: { outline: "unit" } },
      camera: { ...snackBag, picture: { width: 320, height: 256, channels: 3 } },
      because: /640 × 512 px.*320 × 256/,
    },
  ],
  async prepare() {
    const draw = await drawBags();
    return {
      options: { reference, by: { outline: "unit" } },
      camera: {
        ...snackBag,
        zones: { ...snackBag.zones, belt: [40, 200, 60, 60] },
      },
      recipeFolder: recipes,
      pictures: [
        {
          shows: "a bag shifted by 2 and -1.5 mm and turned by 1.15°",
          picture: draw({ dx16: 64, dy16: -48, turn_mrad: 20 }),
          finds: ({ place, measures }) => {
            expect(place).toBeDefined();
            expect(measures?.["place_dx_mm"]).toBeCloseTo(2, 1);
            expect(measures?.["place_dy_mm"]).toBeCloseTo(-1.5, 1);
            expect(measures?.["place_turn_deg"]).toBeCloseTo(1.146, 1);
          },
        },
        {
          shows: "a bag 15 mm beside its place",
          picture: draw({ dx16: 480, dy16: 0, turn_mrad: 0 }),
          finds: ({ invalid }) => expect(invalid).toMatchObject({ reason: "mislocated", ends: true }),
        },
        {
          shows: "the empty belt",
          picture: await drawEmpty(),
          finds: ({ absent, invalid }) => {
            expect(absent?.confidence).toBeGreaterThan(0.9);
            expect(invalid).toBeUndefined();
          },
        },
      ],
    };
  },
} satisfies StepFixture;
