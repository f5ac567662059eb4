import { writeFile } from "node:fs/promises";
import path from "node:path";
import { encodePng } from "../../../src/vision/model/read-picture.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import { aPrint, printSide } from "../../support/random-print.ts";
import type { StepFixture } from "./step-fixture.ts";

const [room, spot] = [20, { x: 120, y: 100, side: 12 }];
const side = printSide + 2 * room;
/** The print in the middle of a larger picture, with a square of one tone painted over it. */
function shown(seed: number, tone?: number): Picture {
  const data = new Uint8Array(side * side).fill(200);
  const print = aPrint(seed).data;
  for (let y = 0; y < printSide; y++)
    data.set(print.subarray(y * printSide, (y + 1) * printSide), (y + room) * side + room);
  if (tone !== undefined)
    for (let y = spot.y; y < spot.y + spot.side; y++) data.fill(tone, y * side + spot.x, y * side + spot.x + spot.side);
  return { data, width: side, height: side, channels: 1 };
}

export default {
  misfits: [{ zone: "print" }, { template: "print.png" }, { template: "print.png", zone: "print", threshold: 0 }],
  unfit: [
    { options: { template: "missing.png", zone: "print" }, because: /missing\.png cannot be read.*beside the recipe/s },
    { options: { template: "print.png", zone: "part" }, because: /240 × 240 px, zone part 100 × 100 px/ },
  ],
  async prepare(folder) {
    await writeFile(path.join(folder, "print.png"), await encodePng(aPrint(1)));
    const print = [room, room, printSide, printSide] as const;
    const tone = aPrint(1).data[(spot.y - room + 6) * printSide + spot.x - room + 6]! < 128 ? 250 : 5;
    return {
      options: { template: "print.png", zone: "print", classes: { lighter: "PRINT_MISSING", darker: "STAIN" } },
      camera: {
        picture: { width: side, height: side, channels: 1 },
        zones: { print, part: [0, 0, 100, 100] },
        steps: [],
      },
      pictures: [
        { shows: "the print as it must be", picture: shown(1), finds: (finding) => expect(finding).toEqual({}) },
        {
          shows: "a spot on it",
          picture: shown(1, tone),
          finds: ({ defects }) => {
            expect(defects?.[0]).toMatchObject({ class: tone > 128 ? "PRINT_MISSING" : "STAIN", zone: "print" });
            const [x, y, width, height] = defects![0]!.box!;
            expect(x + width > spot.x && x < spot.x + spot.side && y + height > spot.y && y < spot.y + spot.side).toBe(
              true,
            );
          },
        },
        {
          shows: "another print",
          picture: shown(2),
          finds: ({ invalid }) => expect(invalid).toMatchObject({ reason: "mislocated" }),
        },
      ],
    };
  },
} satisfies StepFixture;
