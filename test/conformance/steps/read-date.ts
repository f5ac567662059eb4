import type { Picture } from "../../../src/vision/picture.ts";
import { aDotPrint, type DotPrintOptions, linesOf } from "../../support/dot-print.ts";
import type { StepFixture } from "./step-fixture.ts";

const [first, second] = linesOf(2);
const lines = [
  { pattern: "BB {dd}.{mm}.{yyyy}", ...first },
  { pattern: "L{yy}###[ABC] {hh}:{min}", ...second },
];
const good = ["BB 28.03.2027", "L26272B 14:06"] as const;
const shown = (text: readonly string[], options?: DotPrintOptions): Picture => {
  const { data, width, height } = aDotPrint(text, options).picture;
  return { data: new Uint8Array(data), width, height, channels: 1 };
};

export default {
  misfits: [
    {},
    { zone: "date", lines: [] },
    { zone: "date", lines: [{ pattern: "{day}", top: 0, bottom: 1 }] },
    { zone: "date", lines: [{ pattern: "{dd}", top: 1, bottom: 0 }] },
    { zone: "date", lines, bestBefore: { days: 180, from: "lot", pattern: "L{yy}" } },
    { zone: "date", lines, bestBefore: { fixed: "14.07.2025" } },
  ],
  unfit: [{ options: { zone: "nowhere", lines }, because: /no zone "nowhere"/ }],
  async prepare() {
    const { width, height } = aDotPrint(good).picture;
    const size = { width, height, channels: 1 } as const;
    return {
      options: {
        zone: "date",
        lines,
        bestBefore: { days: 180, from: "production" },
        lot: "same-as-context",
        unreadable: "invalid",
      },
      camera: { picture: size, zones: { date: [60, 60, width - 120, height - 120] }, steps: [] },
      expected: { sku: "", lot: "L26272B", productionDate: "2026-09-29", clockSynchronized: true },
      pictures: [
        {
          shows: "the due date",
          picture: shown(good),
          finds: ({ defects, invalid, texts }) => {
            expect({ defects, invalid, texts }).toEqual({
              defects: undefined,
              invalid: undefined,
              texts: { date: "2027-03-28", text: good.join("\n") },
            });
          },
        },
        {
          shows: "another date",
          picture: shown(["BB 20.03.2027", good[1]]),
          finds: ({ defects }) => expect(defects).toMatchObject([{ class: "DATE_WRONG", confidence: 1, zone: "date" }]),
        },
        {
          shows: "faint ink",
          picture: shown(good, { ground: 190, ink: 165 }),
          finds: ({ defects }) => expect(defects?.map((d) => d.class)).toContain("DATE_FADED"),
        },
        {
          shows: "no print",
          picture: { ...size, data: new Uint8Array(width * height).fill(190) },
          finds: ({ invalid, texts }) => {
            expect(invalid).toMatchObject({ reason: "unreadable" });
            expect(texts?.["date"]).toBeUndefined();
          },
        },
      ],
    };
  },
} satisfies StepFixture;
