import { recipes, snackBag } from "../../support/snack-bag-measures.ts";
import { drawBags, drawDefective, upright } from "../../support/snack-bag-pictures.ts";
import type { StepFixture } from "./step-fixture.ts";

const reference = "snack-bag-reference.png";
const label = { part: "label" };
const { options } = snackBag.steps.find((s) => s.step === "measure")!;

export default {
  misfits: [
    {},
    { reference, measures: {} },
    { reference, measures: { "Label!": label } },
    { reference, measures: { label: { ...label, edge: "unit", side: "top" } } },
    { reference, measures: { label: { ...label, limits: { offset_mm: { max: 2 } } } } },
    { reference, measures: { seal: { edge: "unit", side: "above" } } },
  ],
  unfit: [
    { options: { reference: "missing.png", measures: { label } }, because: /missing\.png/ },
    { options: { reference, measures: { label: { part: "nowhere" } } }, because: /no zone "nowhere"/ },
    { options: { reference, measures: { belt: { part: "belt" } } }, because: /too small or too plain/ },
    {
      options: { reference, measures: { fill: { edge: "belt", side: "top" } } },
      because: /there is no edge along the top of zone "belt"/,
    },
    { camera: { zones: snackBag.zones, steps: [] }, because: /give "mmPerPx"/ },
  ],
  async prepare() {
    const draw = await drawBags();
    const defective = async (only: Parameters<typeof drawDefective>[0]) => (await drawDefective(only))(upright);
    return {
      options,
      camera: { ...snackBag, zones: { ...snackBag.zones, belt: [20, 100, 80, 80] } },
      recipeFolder: recipes,
      pictures: [
        {
          shows: "a good bag, its label half a mm too far left and too low",
          picture: draw(upright, { dx_mm: -0.5, dy_mm: 0.5 }),
          finds: ({ defects, measures }) => {
            expect(defects).toEqual([]);
            expect(measures?.["label_dx_mm"]).toBeCloseTo(-0.5, 1);
            expect(measures?.["label_dy_mm"]).toBeCloseTo(0.5, 1);
          },
        },
        {
          shows: "a label 4 mm too far right",
          picture: draw(upright, { dx_mm: 4, dy_mm: 0 }),
          finds: ({ defects }) => {
            expect(defects).toMatchObject([{ class: "LABEL_OFFSET", zone: "label" }]);
            expect(defects?.[0]?.measures?.["offset_mm"]).toBeCloseTo(4, 1);
            expect(defects?.[0]?.confidence).toBeGreaterThan(0.9);
          },
        },
        {
          shows: "no label",
          picture: await defective("LABEL_MISSING"),
          finds: ({ defects }) => expect(defects?.map((d) => d.class)).toEqual(["LABEL_MISSING"]),
        },
        {
          shows: "the label of another product",
          picture: await defective("WRONG_LABEL"),
          finds: ({ defects }) => expect(defects?.map((d) => d.class)).toEqual(["WRONG_LABEL"]),
        },
        {
          shows: "a torn seal",
          picture: await defective("SEAL_TORN"),
          finds: ({ defects, measures }) => {
            expect(defects?.map((d) => d.class)).toEqual(["SEAL_TORN"]);
            expect(Math.max(measures!["seal_top_gap_mm"]!, measures!["seal_bottom_gap_mm"]!)).toBeGreaterThan(20);
          },
        },
      ],
    };
  },
} satisfies StepFixture;
