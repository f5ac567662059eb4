import { writeFile } from "node:fs/promises";
import path from "node:path";
import { encodePng } from "../../../src/vision/model/read-picture.ts";
import { aPrint, printSide, seenAgain } from "../../support/random-print.ts";
import type { StepFixture } from "./step-fixture.ts";

export default {
  misfits: [{}, { products: {} }, { products: { A: [] } }, { products: { A: ["a.png"] }, lead: 0.5 }],
  unfit: [
    { options: { products: { A: ["missing.png"] } }, because: /missing\.png cannot be read.*beside the recipe/s },
  ],
  async prepare(folder) {
    for (const [n, name] of ["a", "b"].entries())
      await writeFile(path.join(folder, `${name}.png`), await encodePng(aPrint(n + 1)));
    return {
      options: { products: { A: ["a.png"], B: ["b.png"] }, zone: "print", corners: 200 },
      camera: {
        picture: { width: printSide, height: printSide, channels: 1 },
        zones: { print: [0, 0, printSide, printSide] },
        steps: [],
      },
      expected: { sku: "A", lot: "", productionDate: "", clockSynchronized: false },
      pictures: [
        {
          shows: "the product",
          picture: seenAgain(aPrint(1), 0.1, 1),
          finds: (finding) => expect(finding).toEqual({}),
        },
        {
          shows: "the other one",
          picture: seenAgain(aPrint(2), -0.1, 1),
          finds: ({ defects }) => expect(defects).toMatchObject([{ class: "WRONG_PRODUCT", confidence: 1 }]),
        },
        {
          shows: "what nobody taught",
          picture: seenAgain(aPrint(3), 0, 1),
          finds: ({ invalid }) => expect(invalid).toMatchObject({ reason: "unreadable" }),
        },
      ],
    };
  },
} satisfies StepFixture;
