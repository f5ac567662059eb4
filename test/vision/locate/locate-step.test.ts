import { noExpectation } from "../../../src/domain/expectation.ts";
import { judge } from "../../../src/vision/judge.ts";
import { inPlace, toPicture } from "../../../src/vision/placement.ts";
import type { Finding } from "../../../src/vision/step.ts";
import { openSnackBagStep, snackBag } from "../../support/snack-bag-measures.ts";
import { drawBags, drawDefective, drawEmpty } from "../../support/snack-bag-pictures.ts";
import { placeOf } from "../../support/snack-bag-place.ts";

const context = { signal: new AbortController().signal, now: () => 0 };
// Marks printed on film lie under other folds on each bag; the outline does not.
const ways = [
  { by: { outline: "unit" }, within: 0.25, empty: "absent" },
  { by: { fiducials: ["headline", "crisps-left", "crisps-right"] }, within: 0.5, empty: "mislocated" },
] as const;
const told = ({ absent, invalid }: Finding) => (absent ? "absent" : invalid?.reason);

describe.each(ways)("$by", ({ by, within, empty }) => {
  const camera = {
    ...snackBag,
    zones: {
      ...snackBag.zones,
      "crisps-left": [168, 336, 150, 56] as const,
      "crisps-right": [440, 320, 36, 36] as const,
    },
  };
  const locate = async (picture: Awaited<ReturnType<typeof drawEmpty>>) => {
    await using step = await openSnackBagStep("locate", { by }, camera);
    return step.run({ picture, place: inPlace, expected: noExpectation }, context);
  };

  test(`finds turn and shift within ${within} px at the bag's corners, on torn bags too`, async () => {
    const [good, torn] = [await drawBags(), await drawDefective("SEAL_TORN")];
    for (let unit = 1; unit <= 6; unit++) {
      const placement = { dx16: 20 * unit - 64, dy16: 40 - 15 * unit, turn_mrad: 8 * unit - 26 };
      const { place } = await locate((unit % 2 ? good : torn)(placement, { dx_mm: 0, dy_mm: 0 }, unit));
      for (const corner of [
        { x: 160, y: 36 },
        { x: 480, y: 476 },
      ]) {
        const [is, was] = [toPicture(placeOf(placement), corner), toPicture(place!, corner)];
        expect(Math.hypot(is.x - was.x, is.y - was.y)).toBeLessThan(within);
      }
    }
  });

  // Zones that lie beside the unit would make a good one fail, or worse, a bad one pass.
  test.each([
    ["shifted by 12 mm", { dx16: 384, dy16: 0, turn_mrad: 0 }],
    ["shifted by 60 mm", { dx16: 0, dy16: -1_920, turn_mrad: 0 }],
    ["turned by 7°", { dx16: 0, dy16: 0, turn_mrad: 122 }],
  ])("a good bag %s is mislocated, neither passed nor failed", async (_, placement) => {
    const finding = await locate((await drawBags())(placement));
    expect(judge([finding], {}).verdict).toMatchObject({ kind: "invalid", reason: "mislocated" });
  });

  test(`the empty belt is ${empty}`, async () => {
    for (let moment = 1; moment <= 3; moment++) expect(told(await locate(await drawEmpty(moment)))).toBe(empty);
  });

  // Marks that are not there say nothing of the bag: one without print must not leave as "nothing was there".
  test("a plain grey frame, and a bag without print, are never absent", async () => {
    const size = { width: 640, height: 512, channels: 3 } as const;
    const grey = { data: new Uint8Array(640 * 512 * 3).fill(128), ...size };
    const blank = { data: new Uint8Array(640 * 512 * 3).fill(60), ...size };
    for (let y = 36; y < 476; y++) blank.data.fill(190, (y * 640 + 160) * 3, (y * 640 + 480) * 3);
    expect(told(await locate(grey))).toBe("mislocated");
    expect(told(await locate(blank))).not.toBe("absent");
  });
});

test("a picture that shows neither unit nor empty place is not taken for an empty place", async () => {
  await using step = await openSnackBagStep("locate");
  const black = { data: new Uint8Array(640 * 512 * 3), width: 640, height: 512, channels: 3 } as const;
  const finding = await step.run({ picture: black, place: inPlace, expected: noExpectation }, context);
  expect(finding.absent).toBeUndefined();
  expect(finding.invalid?.reason).toBe("mislocated");
});
