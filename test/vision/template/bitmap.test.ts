import fc from "fast-check";
import type { Grey } from "../../../src/vision/grey.ts";
import { type Bitmap, dilate, fullBitmap, ones, pixelsAt, toBitmap } from "../../../src/vision/template/bitmap.ts";
import { blobsOf } from "../../../src/vision/template/blobs.ts";

const aGrey = fc
  .record({ width: fc.integer({ min: 1, max: 70 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((data): Grey => ({ data, width, height })),
  );
const pixel = ({ words, stride, width, height }: Bitmap, x: number, y: number): number =>
  x < 0 || y < 0 || x >= width || y >= height ? 0 : (words[y * stride + (x >>> 5)]! >>> (x & 31)) & 1;

// Packed bits are an optimisation; what they mean is one pixel after the other.
test("bits are pixels, wherever the word begins", () => {
  fc.assert(
    fc.property(aGrey, fc.integer({ min: -40, max: 80 }), fc.integer({ min: -2, max: 10 }), (grey, x, y) => {
      const bitmap = toBitmap(grey, 128);
      const word = pixelsAt(bitmap, x, y);
      for (let i = 0; i < 32; i++) expect((word >>> i) & 1).toBe(pixel(bitmap, x + i, y));
      for (let i = 0; i < grey.width; i++) expect(pixel(bitmap, i, 0)).toBe(grey.data[i]! >= 128 ? 1 : 0);
    }),
    { numRuns: 25 },
  );
  expect([0, 1, -1, 0x80000001, 0x55555555].map(ones)).toEqual([0, 1, 32, 2, 16]);
  expect(fullBitmap(37, 2).words).toEqual(new Uint32Array([0xffffffff, 31, 0xffffffff, 31]));
});

test("dilation is the largest value in the square, and stays inside the picture", () => {
  fc.assert(
    fc.property(aGrey, fc.integer({ min: 0, max: 3 }), (grey, reach) => {
      const bitmap = toBitmap(grey, 200);
      const wide = dilate(bitmap, reach);
      for (let y = 0; y < grey.height; y++)
        for (let x = 0; x < grey.width + 40; x++) {
          let any = 0;
          for (let v = -reach; v <= reach; v++)
            for (let u = -reach; u <= reach; u++) any |= pixel(bitmap, x + u, y + v);
          expect((pixelsAt(wide, x, y) & 1) === 1).toBe(x < grey.width && any === 1);
        }
    }),
    { numRuns: 12 },
  );
});

// Every marked pixel is in exactly one blob: a defect is neither lost nor counted twice.
test("blobs share out the marked pixels, and those joined by a bridge are one", () => {
  fc.assert(
    fc.property(aGrey, (grey) => {
      const marked = toBitmap(grey, 200);
      const alone = blobsOf(marked, marked);
      const total = grey.data.filter((v) => v >= 200).length;
      expect(alone.reduce((sum, blob) => sum + blob.area, 0)).toBe(total);
      const joined = blobsOf(marked, dilate(marked, 1));
      expect(joined.length).toBeLessThanOrEqual(alone.length);
      expect(joined.reduce((sum, blob) => sum + blob.area, 0)).toBe(total);
    }),
    { numRuns: 25 },
  );
});
