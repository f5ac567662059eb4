import { fitPicture } from "../../../src/vision/model/fit-picture.ts";
import { type ImageInput, tensorMaker } from "../../../src/vision/model/image-input.ts";
import type { Picture } from "../../../src/vision/picture.ts";

/** Grey; levels row by row. */
const grey = (width: number, height: number, level: (x: number, y: number) => number): Picture => ({
  data: Uint8Array.from({ length: width * height }, (_, i) => level(i % width, Math.floor(i / width))),
  width,
  height,
  channels: 1,
});

test("a picture of the right size is handed on as it is", () => {
  const picture = grey(8, 6, (x) => x);
  expect(fitPicture(picture, { width: 8, height: 6 }, "stretch").data).toBe(picture.data);
});

// Four neighbours of each new pixel would miss a speck between two of them; a classifier cannot find what it is not shown.
test("nothing vanishes when a picture is reduced: its mean stays, wherever a speck lies", () => {
  for (let at = 0; at < 64; at++) {
    const picture = grey(64, 64, (x, y) => (x === at && y === 30 ? 255 : 100));
    const { data } = fitPicture(picture, { width: 16, height: 16 }, "stretch");
    expect(Math.max(...data)).toBeGreaterThan(103);
  }
});

test("an even gradient stays one, up and down in size", () => {
  const picture = grey(32, 32, (x) => x * 8);
  const small = fitPicture(picture, { width: 16, height: 16 }, "stretch").data;
  const large = fitPicture(picture, { width: 64, height: 64 }, "stretch").data;
  // The middle of pixel x of the small one is between 2x and 2x + 1 of the picture.
  for (let x = 2; x < 14; x++) expect(Math.abs(small[5 * 16 + x]! - (x * 16 + 4))).toBeLessThanOrEqual(1);
  for (let x = 4; x < 60; x++) expect(Math.abs(large[9 * 64 + x]! - (x * 4 - 2))).toBeLessThanOrEqual(1);
});

test("a letterbox keeps the proportions, fills the rest with grey and knows the way back", () => {
  const { data, fit } = fitPicture(
    grey(40, 20, () => 200),
    { width: 20, height: 20 },
    "letterbox",
  );
  expect(fit).toEqual({ scaleX: 0.5, scaleY: 0.5, left: 0, top: 5 });
  expect([data[4 * 20], data[5 * 20], data[14 * 20], data[15 * 20]]).toEqual([114, 200, 200, 114]);
});

test("levels become what the card says, in the order that it says", () => {
  const base: ImageInput = {
    name: "x",
    width: 2,
    height: 1,
    channels: 3,
    layout: "nchw",
    type: "float32",
    resize: "stretch",
    normalise: { scale: 1 / 255, mean: [0.5, 0, 1], deviation: [0.5, 1, 2] },
  };
  const picture: Picture = { data: Uint8Array.of(255, 51, 0, 0, 102, 255), width: 2, height: 1, channels: 3 };
  const planes = tensorMaker(base)(picture);
  expect(planes.dims).toEqual([1, 3, 1, 2]);
  expect([...planes.data].map((v) => Math.round(v * 100) / 100)).toEqual([1, -1, 0.2, 0.4, -0.5, 0]);
  expect([...tensorMaker({ ...base, layout: "nhwc" })(picture).data].map((v) => Math.round(v * 100) / 100)).toEqual([
    1, 0.2, -0.5, -1, 0.4, 0,
  ]);
  const { normalise: _, ...levels } = base;
  expect([...tensorMaker({ ...levels, type: "uint8" })(picture).data]).toEqual([255, 0, 51, 102, 0, 255]);
  expect(() => tensorMaker(base)({ ...picture, channels: 1 })).toThrow(/3 channels, this one has 1/);
});
