import { drawOverlay } from "../../../src/vision/evidence/draw-overlay.ts";
import type { Caption } from "../../../src/vision/evidence/messages.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import type { Mark } from "../../../src/vision/step.ts";

const grey: Picture = { data: new Uint8Array(640 * 480).fill(90), width: 640, height: 480, channels: 1 };
const caption: Caption = {
  verdict: "FAIL",
  tone: "fail",
  isBad: true,
  boxes: [],
  findings: ["SEAL_TORN  97 %"],
  origin: ["LINE-01  CAM-01  trigger 12"],
};
const pixel = ({ data, width }: Picture, x: number, y: number): readonly number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];
/** Pixels of the picture's own area that are not as they were. */
function changed(drawn: Picture): readonly (readonly [x: number, y: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let y = 0; y < grey.height; y++)
    for (let x = 0; x < grey.width; x++) if (pixel(drawn, x, y).some((v) => v !== 90)) found.push([x, y]);
  return found;
}

// The legend must not hide what the picture is kept for.
test("without marks the picture stays as it is, and the legend stands below it", async () => {
  const before = grey.data.slice();
  const drawn = await drawOverlay(grey, [], caption);
  expect(drawn).toMatchObject({ width: 640, channels: 3 });
  expect(drawn.height).toBeGreaterThan(grey.height);
  expect(changed(drawn)).toEqual([]);
  expect(grey.data).toEqual(before);
});

test("a defect's box is drawn around it, its inside is left alone", async () => {
  const drawn = await drawOverlay(grey, [], { ...caption, boxes: [{ box: [200, 200, 100, 60], label: "" }] });
  const touched = changed(drawn);
  expect(touched.length).toBeGreaterThan(0);
  const isFarIn = touched.some(([x, y]) => x > 206 && x < 294 && y > 206 && y < 254);
  const isFarOut = touched.some(([x, y]) => x < 194 || x > 306 || y < 194 || y > 266);
  expect([isFarIn, isFarOut]).toEqual([false, false]);
});

// Labels at the border of the picture are read as often as any other.
test("labels stay inside of the picture and do not cover each other", async () => {
  const corner = (label: string) => ({ box: [600, 2, 39, 30] as const, label });
  const one = changed(await drawOverlay(grey, [], { ...caption, boxes: [corner("CONTAMINATION 98 %")] })).length;
  const two = changed(
    await drawOverlay(grey, [], {
      ...caption,
      boxes: [corner("CONTAMINATION 98 %"), { box: [560, 300, 39, 30], label: "CONTAMINATION 98 %" }],
    }),
  ).length;
  expect(two).toBeGreaterThan(1.9 * one);
});

test("what is as hot as a defect is tinted and outlined, what is cooler is not", async () => {
  const map = new Float32Array(48 * 64);
  for (let row = 10; row < 20; row++) for (let column = 10; column < 20; column++) map[row * 64 + column] = 3;
  const heat: Mark = {
    kind: "heat",
    map,
    rows: 48,
    columns: 64,
    hot: 2,
    area: [
      { x: 0, y: 0 },
      { x: 640, y: 0 },
      { x: 640, y: 480 },
      { x: 0, y: 480 },
    ],
  };
  const touched = changed(await drawOverlay(grey, [heat], caption));
  expect(touched.some(([x, y]) => x === 150 && y === 150)).toBe(true);
  expect(touched.every(([x, y]) => x > 95 && x < 205 && y > 95 && y < 205)).toBe(true);
  expect(changed(await drawOverlay(grey, [{ ...heat, hot: 4 }], caption))).toEqual([]);
});

// A turned label carries its mark with it.
test("a quad is drawn along its own corners", async () => {
  const quad: Mark = {
    kind: "quad",
    corners: [
      { x: 320, y: 100 },
      { x: 460, y: 240 },
      { x: 320, y: 380 },
      { x: 180, y: 240 },
    ],
    label: "",
    isBad: false,
  };
  const drawn = await drawOverlay(grey, [quad], caption);
  expect(pixel(drawn, 390, 170)).not.toEqual([90, 90, 90]);
  expect(pixel(drawn, 320, 240)).toEqual([90, 90, 90]);
  expect(pixel(drawn, 200, 120)).toEqual([90, 90, 90]);
});

test("a small picture gets a frame in which its legend can be read, a large one larger letters", async () => {
  const small = { data: new Uint8Array(96 * 96 * 3), width: 96, height: 96, channels: 3 } as const;
  expect((await drawOverlay(small, [], caption)).width).toBeGreaterThanOrEqual(480);
  const large = { data: new Uint8Array(2_400 * 100), width: 2_400, height: 100, channels: 1 } as const;
  const legend = (drawn: Picture, of: Picture): number => drawn.height - of.height;
  expect(legend(await drawOverlay(large, [], caption), large)).toBeGreaterThan(
    2 * legend(await drawOverlay(grey, [], caption), grey),
  );
});
