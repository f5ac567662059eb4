import type { Picture } from "../../../src/vision/picture.ts";
import {
  compareTemplate,
  compareTemplateOptions,
  type TemplateFinding,
  templateDefects,
} from "../../../src/vision/template/compare-template.ts";

const size = { width: 330, height: 300 };
const context = { signal: new AbortController().signal, now: () => 0 };

type Shape = (x: number, y: number) => boolean;
/** Tracks, pads and holes as on a printed board; light on dark. */
const board: Shape = (x, y) =>
  (y > 30 && y % 40 < 12 && x > 20 && x < 300) ||
  (x > 60 && x % 90 < 14 && y > 20 && y < 280) ||
  (Math.hypot((x % 110) - 55, (y % 100) - 62) < 17 && Math.hypot((x % 110) - 55, (y % 100) - 62) > 6);
function draw(shape: Shape): Picture {
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) data[y * size.width + x] = shape(x, y) ? 230 : 25;
  return { data, ...size, channels: 1 };
}
const options = compareTemplateOptions.parse({});
const step = compareTemplate(draw(board), options);
const find = (shape: Shape) => step.run(draw(shape), context) as TemplateFinding;
const differences = (finding: TemplateFinding) => (finding.outcome === "compared" ? finding.differences : undefined);

// A board never lies where its template lay; play, skew and stretch of a few px are not defects.
test.each<[string, Shape]>([
  ["exactly as taught", board],
  ["shifted", (x, y) => board(x + 5, y - 4)],
  ["skewed by 1 in 100", (x, y) => board(Math.round(x + y / 100), Math.round(y - x / 100))],
  ["stretched by 1 %", (x, y) => board(Math.round(x * 1.01), Math.round(y * 0.99))],
  ["with ragged edges", (x, y) => board(x + ((x * 7 + y * 3) % 2), y)],
])("a good board %s has no difference", (_, shape) => {
  expect(differences(find(shape))).toEqual([]);
});

const inside =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x <= right && y >= top && y <= bottom;

// The six classes of board defects come down to too much or too little; each also on a board that lies off by a few px.
test.each<[string, Shape, (good: Shape, at: Shape) => Shape, "lighter" | "darker", readonly [number, number]]>([
  ["a pin hole", inside(120, 43, 125, 48), (good, at) => (x, y) => good(x, y) && !at(x, y), "darker", [122, 45]],
  ["an open track", inside(200, 79, 206, 93), (good, at) => (x, y) => good(x, y) && !at(x, y), "darker", [203, 86]],
  ["a short", inside(130, 132, 133, 160), (good, at) => (x, y) => good(x, y) || at(x, y), "lighter", [131, 146]],
  [
    "a speck of copper",
    inside(142, 104, 146, 108),
    (good, at) => (x, y) => good(x, y) || at(x, y),
    "lighter",
    [144, 106],
  ],
])("%s is found where it is", (_, at, change, kind, [cx, cy]) => {
  for (const [dx, dy] of [
    [0, 0],
    [3, -2],
  ] as const) {
    const found = differences(find((x, y) => change(board, at)(x + dx, y + dy)));
    expect(found).toHaveLength(1);
    expect(found![0]).toMatchObject({ kind });
    expect(Math.abs(found![0]!.centre[0] + dx - cx)).toBeLessThan(6);
    expect(Math.abs(found![0]!.centre[1] + dy - cy)).toBeLessThan(12);
  }
});

// Something else on the belt must not become a thousand defects, nor a pass.
test.each<[string, Picture]>([
  ["another board", draw((x, y) => board(y, x + 20))],
  ["an empty place", draw(() => false)],
  ["a picture of another size", { data: new Uint8Array(100), width: 10, height: 10, channels: 1 }],
])("%s is mislocated, without defects", (_, picture) => {
  const finding = step.run(picture, context) as TemplateFinding;
  expect(finding.outcome).toBe("mislocated");
  expect(templateDefects(finding, options)).toEqual([]);
});

test("a difference is a defect with its class and place", () => {
  const finding = find((x, y) => board(x, y) && !inside(200, 79, 206, 93)(x, y));
  expect(templateDefects(finding, options)).toEqual([
    {
      class: "DARKER_THAN_TEMPLATE",
      confidence: expect.any(Number),
      box: expect.arrayContaining([expect.any(Number)]),
    },
  ]);
});

// Whoever sets the smallest area that counts means that it fails: 4 px with minArea 1 must not read as a pass.
test("a difference of exactly minArea reads 0.5, whatever it is, and a larger one more", () => {
  const of = (area: number, minArea: number) =>
    templateDefects(
      { outcome: "compared", share: 0, differences: [{ kind: "darker", area, box: [0, 0, 1, area], centre: [0, 0] }] },
      { minArea },
    )[0]!.confidence;
  for (const minArea of [1, 5, 40]) {
    expect(of(minArea, minArea)).toBe(0.5);
    expect(of(minArea + 1, minArea)).toBeGreaterThan(0.5);
  }
});
