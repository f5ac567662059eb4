import type { Picture } from "../picture.ts";
import type { Point } from "../placement.ts";
import type { Mark } from "../step.ts";
import { type Canvas, type Colour, createCanvas, heightOf, type Style, widthOf } from "./canvas.ts";
import { type Faces, loadFaces } from "./font.ts";
import { drawHeat, isAnyHot } from "./heat.ts";
import type { Box, Caption } from "./messages.ts";

const ink = {
  ground: [16, 20, 24],
  text: [238, 241, 244],
  faint: [164, 174, 184],
  black: [0, 0, 0],
  white: [255, 255, 255],
  bad: [240, 20, 40],
  good: [20, 190, 95],
  unsure: [255, 176, 32],
  found: [30, 225, 120],
  heat: [30, 100, 255],
} as const satisfies Readonly<Record<string, Colour>>;

/** Below it a legend cannot be read; a narrower picture gets a wider frame. */
const minimumWidth = 480;

/** What the colours mean; only those that are drawn are explained. Each has a rim that sets it off from any print. */
const keys = {
  bad: { colour: ink.bad, rim: ink.white, text: "defect" },
  heat: { colour: ink.heat, rim: ink.white, text: "unlike good units" },
  found: { colour: ink.found, rim: ink.black, text: "found and measured" },
} as const;
type Key = keyof typeof keys;

const verdictColours = { fail: ink.bad, pass: ink.good, unsure: ink.unsure } as const;

let faces: Promise<Faces> | undefined;

/** Sizes of everything that is drawn, for a picture of this width. */
function scaleOf(width: number, { small, large }: Faces) {
  const times = Math.max(1, Math.round(width / 800));
  const even = times % 2 === 0;
  const text: Style = even ? { face: large, times: times / 2 } : { face: small, times };
  return { times, text, head: { face: large, times } satisfies Style, gap: 10 * times, stroke: 2 * times };
}
type Scale = ReturnType<typeof scaleOf>;

const corners = ([x, y, width, height]: Box): readonly Point[] => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
];
const around = (points: readonly Point[]): Box => {
  const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
};
const overlapOf = ([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number =>
  Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx)) *
  Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
/** The same place twice: a step that drew its finding need not have it drawn again. */
const isSame = (a: Box, b: Box): boolean => {
  const shared = overlapOf(a, b);
  return shared > 0.6 * (a[2] * a[3] + b[2] * b[3] - shared);
};

interface Outline {
  readonly points: readonly Point[];
  readonly label: string;
  readonly key: Key;
}
function outlinesOf(marks: readonly Mark[], { boxes, isBad }: Caption): readonly Outline[] {
  const quads = marks.flatMap((mark): Outline[] =>
    mark.kind === "quad"
      ? [{ points: mark.corners, label: mark.label, key: mark.isBad && isBad ? "bad" : "found" }]
      : [],
  );
  const drawn = quads.filter(({ key }) => key === "bad").map(({ points }) => around(points));
  const defects = boxes
    .filter(({ box }) => !drawn.some((other) => isSame(box, other)))
    .map(({ box, label }): Outline => ({ points: corners(box), label, key: "bad" }));
  return [...quads.filter(({ key }) => key === "found"), ...quads.filter(({ key }) => key === "bad"), ...defects];
}

function drawOutline(canvas: Canvas, { points, key }: Outline, { stroke, times }: Scale): void {
  for (const [thickness, colour] of [
    [stroke + 2 * times, keys[key].rim],
    [stroke, keys[key].colour],
  ] as const)
    for (const [n, point] of points.entries()) canvas.line(point, points[(n + 1) % points.length]!, thickness, colour);
}

/** Puts a label where it covers neither another label nor, if it can, the thing that it names. */
function drawLabel(canvas: Canvas, { points, label, key }: Outline, scale: Scale, size: Size, taken: Box[]): void {
  if (label === "") return;
  const { text, times } = scale;
  const width = widthOf(text, label) + 8 * times;
  const height = heightOf(text);
  const [left, top, w, h] = around(points);
  const clamp = (value: number, high: number): number => Math.round(Math.max(0, Math.min(high, value)));
  const at = (x: number, y: number): Box => [
    clamp(x, size.width - width),
    clamp(y, size.height - height),
    width,
    height,
  ];
  const gap = 3 * times;
  const places = [
    at(left - gap, top - height - gap),
    at(left - gap, top + h + gap),
    at(left + w + 2 * gap, top),
    at(left - width - 2 * gap, top),
    at(left + w - width, top - height - gap),
    ...Array.from({ length: 12 }, (_, n) => at(left, top + h + gap + (n + 1) * (height + times))),
  ];
  const cost = (place: Box): number =>
    taken.reduce((sum, other) => sum + overlapOf(place, other), 0) * 4 + overlapOf(place, [left, top, w, h]);
  const [x, y] = places.reduce((best, place) => (cost(place) < cost(best) ? place : best));
  taken.push([x, y, width, height]);
  canvas.fill(x - times, y - times, width + 2 * times, height + 2 * times, keys[key].rim);
  canvas.fill(x, y, width, height, keys[key].colour);
  canvas.text(x + 4 * times, y, label, text, key === "bad" ? ink.white : ink.black);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Breaks a text at spaces into lines no wider than `width`. */
function wrapped(text: string, style: Style, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && widthOf(style, longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => cut(line, style, width));
}
function cut(line: string, style: Style, width: number): string {
  if (widthOf(style, line) <= width) return line;
  let kept = [...line];
  while (kept.length > 0 && widthOf(style, `${kept.join("")}…`) > width) kept = kept.slice(0, -1);
  return `${kept.join("")}…`;
}

/** Where everything of the legend goes, before anything is drawn: its height decides the canvas. */
function layLegend(caption: Caption, scale: Scale, width: number, hasKeys: boolean) {
  const { text, head, gap } = scale;
  const line = heightOf(text);
  const badge = widthOf(head, caption.verdict) + 2 * gap;
  const origin = caption.origin.map((l) => cut(l, text, width / 2));
  const originWidth = Math.max(0, ...origin.map((l) => widthOf(text, l)));
  const findingsLeft = gap + badge + gap;
  const room = width - findingsLeft - originWidth - 3 * gap;
  // Beside the badge when there is room for words, below it when there is not.
  const isBeside = room >= 12 * line;
  const findings = caption.findings.flatMap((f) => wrapped(f, text, isBeside ? room : width - 2 * gap));
  const badgeHeight = heightOf(head) + gap;
  const upper = Math.max(badgeHeight, origin.length * line, isBeside ? findings.length * line : 0);
  const lower = isBeside ? 0 : findings.length * line + gap / 2;
  return {
    badge: { width: badge, height: badgeHeight },
    origin,
    findings,
    findingsAt: isBeside ? ([findingsLeft, 0] as const) : ([gap, upper + gap / 2] as const),
    line,
    keysTop: upper + lower + gap / 2,
    height: Math.round(upper + lower + 2 * gap + (hasKeys ? line + gap / 2 : 0)),
  };
}

/**
 * The picture with what was found drawn into it, on a legend that says what was decided, of which unit, and what the
 * colours mean. Covers nothing of the picture but what the marks need; gives a new picture and leaves the given one as it is.
 */
export async function drawOverlay(source: Picture, marks: readonly Mark[], caption: Caption): Promise<Picture> {
  faces ??= loadFaces();
  const scale = scaleOf(source.width, await faces);
  const { gap, text, head, times, stroke } = scale;
  const width = Math.max(source.width, minimumWidth);
  const outlines = outlinesOf(marks, caption);
  const heats = marks.filter((mark) => mark.kind === "heat").filter(isAnyHot);
  const used: ReadonlySet<Key> = new Set([
    ...outlines.map(({ key }) => key),
    ...(heats.length > 0 ? (["heat"] as const) : []),
  ]);
  const legend = layLegend(caption, scale, width, used.size > 0);
  const canvas = createCanvas(source, width, source.height + legend.height, ink.ground);

  for (const heat of heats) drawHeat(canvas, heat, source, { ...keys.heat, thickness: stroke, rimThickness: times });
  for (const outline of outlines) drawOutline(canvas, outline, scale);
  const taken: Box[] = [];
  for (const outline of outlines.toReversed()) drawLabel(canvas, outline, scale, source, taken);

  const top = source.height + gap;
  const colour = verdictColours[caption.tone];
  canvas.fill(0, source.height, width, Math.max(2, 2 * times), colour);
  canvas.fill(gap, top, legend.badge.width, legend.badge.height, colour);
  canvas.text(
    2 * gap,
    top + Math.round(gap / 2),
    caption.verdict,
    head,
    caption.tone === "fail" ? ink.white : ink.black,
  );
  legend.findings.forEach((line, n) => {
    const [x, y] = legend.findingsAt;
    canvas.text(x, Math.round(top + y + n * legend.line), line, text, ink.text);
  });
  legend.origin.forEach((line, n) => {
    canvas.text(width - gap - widthOf(text, line), top + n * legend.line, line, text, ink.faint);
  });
  let x = gap;
  const keysTop = Math.round(top + legend.keysTop);
  for (const [key, { colour: of, text: meaning }] of Object.entries(keys)) {
    if (!used.has(key as Key)) continue;
    const side = Math.round(legend.line * 0.6);
    const swatchTop = keysTop + Math.round((legend.line - side) / 2);
    for (const [from, to] of corners([x + stroke, swatchTop, side, side]).map((p, n, all) => [p, all[(n + 1) % 4]!]))
      canvas.line(from!, to!, stroke, of);
    canvas.text(x + side + 2 * gap - gap / 2, keysTop, meaning, text, ink.faint);
    x += side + 3.5 * gap + widthOf(text, meaning);
  }
  return canvas.picture;
}
