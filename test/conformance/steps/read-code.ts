import type { Picture } from "../../../src/vision/picture.ts";
import { aSymbol, onto, spoiled } from "../../support/code-pictures.ts";
import type { StepFixture } from "./step-fixture.ts";

const [width, height] = [200, 160];
const shown = async (text: string, scale = 3): Promise<Picture> => {
  const { data } = spoiled(onto(await aSymbol(text, "DataMatrix", scale, "gs1"), width, height, 60, 40), 6);
  return { data: new Uint8Array(data), width, height, channels: 1 };
};
const gtin = "09521234500018";

export default {
  misfits: [
    { expected: { gtin: "09521234500019" } },
    { expected: { gtins: { "SKU-1": "123" } } },
    { symbologies: [] },
    { unitId: "batch" },
  ],
  unfit: [{ options: { zone: "nowhere" }, because: /no zone "nowhere"/ }],
  async prepare() {
    const picture = { width, height, channels: 1 } as const;
    return {
      options: {
        zone: "code",
        symbologies: ["Data Matrix"],
        expected: { gtins: { "SKU-1": gtin } },
        unitId: "serial",
        unreadable: "fail",
      },
      camera: { picture, zones: { code: [50, 30, 110, 100] }, steps: [] },
      expected: { sku: "SKU-1", lot: "", productionDate: "", clockSynchronized: false },
      pictures: [
        {
          shows: "the product's code",
          picture: await shown(`(01)${gtin}(21)00000042`),
          finds: (finding) => {
            expect(finding).toMatchObject({
              unitId: { id: "00000042", source: "code" },
              texts: { code: `(01)${gtin}(21)00000042` },
              marks: [{ kind: "quad", isBad: false }],
            });
            expect(finding.defects).toBeUndefined();
          },
        },
        {
          shows: "another product's code",
          picture: await shown("(01)09521234500025(21)00000043"),
          finds: ({ defects, unitId }) => {
            expect(defects).toMatchObject([{ class: "WRONG_PRODUCT", confidence: 1, zone: "code" }]);
            expect(unitId?.id).toBe("00000043");
          },
        },
        {
          shows: "no code",
          picture: { ...picture, data: new Uint8Array(width * height).fill(170) },
          finds: ({ defects, unitId }) => {
            expect(defects).toMatchObject([{ class: "CODE_UNREADABLE", confidence: 1, zone: "code" }]);
            expect(unitId).toBeUndefined();
          },
        },
      ],
    };
  },
} satisfies StepFixture;
