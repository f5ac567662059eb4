import { cutZone, leavesPicture } from "../../src/vision/cut-zone.ts";
import { inPlace, placed, toPicture, toReference } from "../../src/vision/placement.ts";

/** A smooth picture: its value tells where a pixel is from. */
const ramp = (width: number, height: number, channels: 1 | 3 = 1) => {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = x + 2 * y + c;
  return { data, width, height, channels };
};

test.each([1, 3] as const)("a zone of a unit in its place is those very pixels (%d channels)", (channels) => {
  const picture = ramp(40, 30, channels);
  const zone = cutZone(picture, inPlace, [5, 7, 10, 4]);
  expect([zone.width, zone.height, zone.data.length]).toEqual([10, 4, 40 * channels]);
  expect([...zone.data.slice(0, channels)]).toEqual([
    ...picture.data.slice((7 * 40 + 5) * channels).slice(0, channels),
  ]);
});

test("a shifted unit's zone is found where it went, between pixels too", () => {
  const shifted = cutZone(ramp(40, 30), placed(0, { x: 20, y: 15 }, { x: 2, y: 1.5 }), [5, 7, 10, 4]);
  expect([...shifted.data.slice(0, 3)]).toEqual([7 + 17, 8 + 17, 9 + 17]);
});

test("turning there and back gives the same zone within rounding", () => {
  const place = placed(0.02, { x: 32, y: 32 }, { x: 1, y: -2 });
  const picture = ramp(64, 64);
  const zone = cutZone(picture, place, [20, 20, 24, 24]);
  for (let y = 0; y < 24; y++)
    for (let x = 0; x < 24; x++) {
      const p = toPicture(place, { x: 20 + x + 0.5, y: 20 + y + 0.5 });
      expect(Math.abs(zone.data[y * 24 + x]! - (p.x - 0.5 + 2 * (p.y - 0.5)))).toBeLessThan(1.1);
      const back = toReference(place, p);
      expect(back.x).toBeCloseTo(20 + x + 0.5);
      expect(back.y).toBeCloseTo(20 + y + 0.5);
    }
});

test("what lies outside the picture repeats its edge instead of failing", () => {
  const zone = cutZone(ramp(16, 16), placed(0, { x: 8, y: 8 }, { x: 30, y: 0 }), [0, 0, 8, 8]);
  expect(new Set(zone.data.slice(0, 8))).toEqual(new Set([15]));
});

// What is filled in there was seen by nobody, so nobody may judge it.
test("a zone of which more than 2 px leave the picture cannot be judged", () => {
  const shown = { width: 40, height: 30 };
  const [centre, zone] = [{ x: 20, y: 15 }, [4, 4, 32, 22] as const];
  const at = (angle: number, x: number, y: number) =>
    leavesPicture(shown, placed(angle, centre, { x, y }), zone, "label");
  for (const seen of [at(0, 0, 0), at(0, 6, 0), at(0, 0, -6), at(0.02, 0, 0)]) expect(seen).toBeUndefined();
  for (const unseen of [at(0, 6.1, 0), at(0, -6.1, 0), at(0, 0, 6.1), at(0, 0, -6.1), at(0.7, 0, 0)])
    expect(unseen).toEqual({ invalid: { reason: "mislocated", detail: "zone label leaves the picture" } });
});
