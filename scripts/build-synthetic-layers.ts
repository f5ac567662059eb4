// Draws the layers of the synthetic packaging line as PNG. Run it after changing a drawing, look at the pictures, and pin
// the new frame hashes in test/cameras/synthetic.test.ts. The PNGs are committed, so that no font, no SVG renderer and no
// version of either stands between a seed and its frames.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  bagBox,
  bagCanvas,
  codeBox,
  contaminants,
  datePanelBox,
  labelBox,
  type Size,
  sealHeight,
  shadeVariants,
  tears,
} from "../src/cameras/synthetic/geometry.ts";
import { useOnlyOurFonts } from "./fonts.ts";

const { values } = parseArgs({ options: { help: { type: "boolean" }, out: { type: "string" } } });
if (values.help) {
  console.log(`usage: build-synthetic-layers.ts [--out DIR]
Draws the layers of the synthetic camera (default: into src/cameras/synthetic/layers).`);
  process.exit(0);
}
const home = new URL("../src/cameras/synthetic/", import.meta.url);
const out = values.out ?? fileURLToPath(new URL("layers/", home));

useOnlyOurFonts();
const { default: sharp } = await import("sharp");

/** Repeatable 0..1 numbers for the drawings. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const between = (r: () => number, low: number, high: number): number => low + r() * (high - low);

const svg = ({ width, height }: Size, body: string): Buffer<ArrayBuffer> =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`);
const png = { compressionLevel: 9, effort: 10 } as const;
async function drawColour(name: string, size: Size, body: string): Promise<void> {
  await sharp(svg(size, body))
    .ensureAlpha()
    .png(png)
    .toFile(join(out, `${name}.png`));
}
async function drawGrey(name: string, size: Size, body: string): Promise<void> {
  await sharp(svg(size, body))
    .flatten({ background: "#000" })
    .greyscale()
    .toColourspace("b-w")
    .png(png)
    .toFile(join(out, `${name}.png`));
}

const brand = 'font-family="Lilita One"';
const text = 'font-family="Barlow Condensed" font-weight="600"';
const [bagX, bagY, bagWidth, bagHeight] = bagBox;
const bagRight = bagX + bagWidth;
const bagBottom = bagY + bagHeight;
const middle = bagX + bagWidth / 2;

/** A zigzag cut along one end, as the knife of a form-fill-seal machine leaves it. */
function zigzag(fromX: number, toX: number, y: number, depth: number): string {
  const teeth = 64;
  return Array.from({ length: teeth + 1 }, (_, i) => {
    const x = fromX + ((toX - fromX) * i) / teeth;
    return `L${x.toFixed(2)} ${(y + (i % 2 ? depth : 0)).toFixed(2)}`;
  }).join("");
}
// The ends are flat and as wide as the film; between them the filled bag draws its sides in a little.
const sealTop = bagY + sealHeight;
const sealBottom = bagBottom - sealHeight;
const outline =
  `M${bagX} ${bagY}${zigzag(bagX, bagRight, bagY, 3)}L${bagRight} ${sealTop}` +
  `C${bagRight - 9} ${sealTop + 70} ${bagRight - 9} ${sealBottom - 70} ${bagRight} ${sealBottom}` +
  `L${bagRight} ${bagBottom}${zigzag(bagRight, bagX, bagBottom, -3)}L${bagX} ${sealBottom}` +
  `C${bagX + 9} ${sealBottom - 70} ${bagX + 9} ${sealTop + 70} ${bagX} ${sealTop}Z`;

function rays(cx: number, cy: number, radius: number, count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const a = (2 * Math.PI * i) / count;
    const b = a + Math.PI / count;
    return `<path d="M${cx} ${cy}L${cx + radius * Math.cos(a)} ${cy + radius * Math.sin(a)}L${cx + radius * Math.cos(b)} ${cy + radius * Math.sin(b)}Z"/>`;
  }).join("");
}

/** One crisp: a bent, spotted oval with a lit rim. */
function crisp(r: () => number, x: number, y: number, size: number): string {
  const turn = between(r, -50, 50);
  const spots = Array.from({ length: 7 }, () => {
    const [sx, sy] = [between(r, -0.7, 0.7) * size, between(r, -0.4, 0.4) * size];
    return `<ellipse cx="${sx.toFixed(1)}" cy="${sy.toFixed(1)}" rx="${(size * between(r, 0.04, 0.14)).toFixed(1)}" ry="${(size * between(r, 0.03, 0.08)).toFixed(1)}" fill="#a8610f" opacity="${between(r, 0.2, 0.5).toFixed(2)}"/>`;
  }).join("");
  return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(1)})">
    <ellipse cx="2" cy="3" rx="${size}" ry="${size * 0.66}" fill="#4a1606" opacity=".45"/>
    <ellipse rx="${size}" ry="${size * 0.66}" fill="url(#crisp)" stroke="#b06a14" stroke-width="1"/>
    <path d="M${-size * 0.75} ${-size * 0.1}Q0 ${-size * 0.62} ${size * 0.75} ${-size * 0.06}" fill="none" stroke="#ffe9a8" stroke-width="2.2" opacity=".75"/>
    <path d="M${-size * 0.6} ${size * 0.22}Q0 ${size * 0.46} ${size * 0.6} ${size * 0.2}" fill="none" stroke="#a8620f" stroke-width="1.8" opacity=".55"/>${spots}</g>`;
}

function seal(y: number): string {
  const ridges = Array.from({ length: Math.floor(bagWidth / 4) }, (_, i) => {
    const x = bagX + 2 + i * 4;
    return `<rect x="${x}" y="${y}" width="1.6" height="${sealHeight}" fill="#fff" opacity=".3"/><rect x="${x + 2}" y="${y}" width="1.4" height="${sealHeight}" fill="#000" opacity=".26"/>`;
  }).join("");
  return `<rect x="${bagX}" y="${y}" width="${bagWidth}" height="${sealHeight}" fill="#5d0f12" opacity=".55"/>
    <rect x="${bagX}" y="${y + 9}" width="${bagWidth}" height="2" fill="#fff" opacity=".2"/><rect x="${bagX}" y="${y + 18}" width="${bagWidth}" height="2" fill="#fff" opacity=".16"/>${ridges}`;
}

async function drawBag(): Promise<void> {
  const r = random(7);
  const pile = Array.from({ length: 26 }, (_, i) =>
    crisp(
      r,
      bagX + 14 + ((i * 67) % 296) + between(r, -6, 6),
      326 + ((i * 7) % 26) * 3.4 + between(r, -5, 5),
      between(r, 19, 27),
    ),
  ).join("");
  const fields = [datePanelBox, codeBox]
    .map(
      ([x, y, w, h]) =>
        `<rect x="${x - 4}" y="${y - 4}" width="${w + 8}" height="${h + 8}" rx="6" fill="#7c1416"/>
      <rect x="${x}" y="${y}" width="${w}" height="${h}" rx="3" fill="#f4f1e6"/>`,
    )
    .join("");
  await drawColour(
    "bag",
    bagCanvas,
    `<defs>
      <radialGradient id="ground" cx=".5" cy=".46" r=".75"><stop offset="0" stop-color="#f6a21b"/><stop offset=".55" stop-color="#dd5a17"/><stop offset="1" stop-color="#a81d1c"/></radialGradient>
      <radialGradient id="crisp" cx=".4" cy=".35" r=".8"><stop offset="0" stop-color="#fbd873"/><stop offset=".65" stop-color="#edb23c"/><stop offset="1" stop-color="#bf7717"/></radialGradient>
      <clipPath id="shape"><path d="${outline}"/></clipPath>
      <filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="5"/></filter>
    </defs>
    <path d="${outline}" fill="#000" opacity=".62" filter="url(#soft)" transform="translate(3 5)"/>
    <g clip-path="url(#shape)">
      <rect width="100%" height="100%" fill="url(#ground)"/>
      <g fill="#ffd24a" opacity=".2">${rays(middle, 214, 420, 26)}</g>
      <path d="M${bagX} 96 Q${middle} 62 ${bagRight} 96 V${bagY} H${bagX}Z" fill="#7c1416"/>
      <path d="M${bagX} 100 Q${middle} 66 ${bagRight} 100" fill="none" stroke="#ffd66b" stroke-width="3"/>
      <text x="${middle}" y="75" text-anchor="middle" ${text} font-size="17" letter-spacing="3.5" fill="#ffe9bd">KETTLE COOKED CRISPS</text>
      <text x="${middle}" y="114" text-anchor="middle" ${text} font-size="13" letter-spacing="2" fill="#5b120e">SLOW · SMALL BATCHES · SINCE 1987</text>
      ${pile}
      ${fields}
      ${seal(bagY)}${seal(sealBottom)}
    </g>`,
  );
}

interface Flavour {
  readonly ground: string;
  readonly ink: string;
  readonly accent: string;
  readonly name: string;
  readonly second: string;
  readonly picture: string;
  readonly code: string;
}
const flavours: Readonly<Record<string, Flavour>> = {
  label: {
    ground: "#fbf3dc",
    ink: "#3d1a0d",
    accent: "#c3261f",
    name: "CHEDDAR",
    second: "& red onion",
    picture: `<path d="M0 22 L44 4 L52 26 L8 42Z" fill="#f7b733" stroke="#b97a10" stroke-width="1.5"/><path d="M8 42 L52 26 V37 L8 53Z" fill="#e29a1c" stroke="#b97a10" stroke-width="1.5"/><circle cx="20" cy="25" r="4" fill="#d38c14"/><circle cx="36" cy="20" r="3" fill="#d38c14"/><circle cx="30" cy="40" r="3" fill="#c07c10"/>`,
    code: "350 g",
  },
  "label-other": {
    ground: "#e8f1f6",
    ink: "#10304d",
    accent: "#1f6fa8",
    name: "SEA SALT",
    second: "& cider vinegar",
    picture: `<path d="M2 40 Q14 26 26 40 T50 40" fill="none" stroke="#1f6fa8" stroke-width="4"/><path d="M2 50 Q14 36 26 50 T50 50" fill="none" stroke="#4b9ccc" stroke-width="4"/><rect x="18" y="8" width="16" height="16" transform="rotate(20 26 16)" fill="#fff" stroke="#10304d" stroke-width="1.5"/>`,
    code: "200 g",
  },
};
async function drawLabels(): Promise<void> {
  const [, , width, height] = labelBox;
  for (const [name, f] of Object.entries(flavours))
    await drawColour(
      name,
      { width, height },
      `<rect x="1" y="1" width="${width - 2}" height="${height - 2}" rx="12" fill="#2b0d08" opacity=".35"/>
      <rect x="0" y="0" width="${width - 2}" height="${height - 2}" rx="12" fill="${f.ground}"/>
      <rect x="5" y="5" width="${width - 12}" height="${height - 12}" rx="8" fill="none" stroke="${f.accent}" stroke-width="2.5"/>
      <path d="M5 13 a8 8 0 0 1 8 -8 H${width - 15} a8 8 0 0 1 8 8 V52 H5Z" fill="${f.accent}"/>
      <text x="${width / 2}" y="44" text-anchor="middle" ${brand} font-size="37" letter-spacing="2" fill="${f.ground}">ROOKERY</text>
      <text x="${width / 2}" y="98" text-anchor="middle" ${brand} font-size="42" fill="${f.ink}">${f.name}</text>
      <text x="${width / 2}" y="120" text-anchor="middle" ${text} font-size="21" fill="${f.accent}">${f.second.replace("&", "&amp;")}</text>
      <g transform="translate(20 122)">${f.picture}</g>
      <text x="84" y="140" ${text} font-size="13" fill="${f.ink}">hand-cut potatoes,</text>
      <text x="84" y="154" ${text} font-size="13" fill="${f.ink}">nothing else added</text>
      <text x="${width - 15}" y="${height - 12}" text-anchor="end" ${brand} font-size="19" fill="${f.ink}">${f.code}</text>`,
    );
}

/** Light and shade of a filled film bag: 128 leaves the print as it is. */
async function drawShades(): Promise<void> {
  for (let v = 0; v < shadeVariants; v++) {
    const r = random(100 + v);
    const folds: string[] = [];
    for (const [y, direction] of [
      [sealTop, 1],
      [sealBottom, -1],
    ] as const)
      for (let i = 0; i < 17; i++) {
        const x = bagX + 12 + i * 18.5 + between(r, -5, 5);
        const length = between(r, 18, 74) * direction;
        const lean = between(r, -9, 9) + (middle - x) * 0.07;
        const half = between(r, 2, 5);
        folds.push(
          `<path d="M${x - half} ${y}L${x + half} ${y}L${x + lean} ${y + length}Z" fill="#fff" opacity="${between(r, 0.18, 0.5).toFixed(2)}"/>`,
          `<path d="M${x + half} ${y}L${x + 3 * half} ${y}L${x + lean + 3} ${y + length * 0.9}Z" fill="#000" opacity="${between(r, 0.15, 0.4).toFixed(2)}"/>`,
        );
      }
    const dents = Array.from({ length: 7 }, () => {
      const [x, y] = [between(r, 50, 300), between(r, 100, 380)];
      const angle = between(r, -70, 70);
      const long = between(r, 25, 60);
      return `<g transform="translate(${x} ${y}) rotate(${angle})"><ellipse rx="${long}" ry="3.5" fill="#fff" opacity="${between(r, 0.08, 0.2).toFixed(2)}"/><ellipse cy="6" rx="${long * 0.9}" ry="3.5" fill="#000" opacity="${between(r, 0.06, 0.16).toFixed(2)}"/></g>`;
    }).join("");
    await drawGrey(
      `shade-${v}`,
      bagCanvas,
      `<defs>
        <linearGradient id="across"><stop offset=".04" stop-color="#2e2e2e"/><stop offset=".16" stop-color="#777"/><stop offset=".3" stop-color="#a2a2a2"/><stop offset=".42" stop-color="#858585"/><stop offset=".8" stop-color="#707070"/><stop offset=".96" stop-color="#262626"/></linearGradient>
        <linearGradient id="down" x2="0" y2="1"><stop offset=".08" stop-color="#000" stop-opacity=".28"/><stop offset=".2" stop-color="#000" stop-opacity="0"/><stop offset=".78" stop-color="#000" stop-opacity="0"/><stop offset=".92" stop-color="#000" stop-opacity=".34"/></linearGradient>
        <filter id="soft" x="0" y="0" width="100%" height="100%"><feGaussianBlur stdDeviation="2.2"/></filter>
        <filter id="softer" x="0" y="0" width="100%" height="100%"><feGaussianBlur stdDeviation="4"/></filter>
      </defs>
      <rect width="100%" height="100%" fill="url(#across)"/><rect width="100%" height="100%" fill="url(#down)"/>
      <g filter="url(#softer)"><path d="M${bagX + 40} ${sealTop + 46} Q${bagX + 30} 236 ${bagX + 38} ${sealBottom - 46} L${bagX + 46} ${sealBottom - 60} Q${bagX + 42} 236 ${bagX + 50} ${sealTop + 60}Z" fill="#fff" opacity=".42"/>${dents}</g>
      <g filter="url(#soft)">${folds.join("")}</g>
      <rect y="0" width="100%" height="${sealTop}" fill="#808080"/><rect y="${sealBottom}" width="100%" height="60" fill="#6e6e6e"/>`,
    );
  }
}

async function drawTears(): Promise<void> {
  for (const [i, { width, height }] of tears.entries()) {
    const r = random(300 + i);
    const steps = 14;
    const edge = Array.from({ length: steps + 1 }, (_, s) => {
      const t = s / steps;
      const deep = Math.sin(Math.PI * t ** (0.7 + 0.3 * i)) * (height - 14);
      return [6 + t * (width - 12), Math.max(0, deep + (s % steps ? between(r, -3.5, 3.5) : 0))] as const;
    });
    const line = edge.map(([x, y], s) => `${s ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    await drawGrey(
      `tear-${i}-hole`,
      { width, height },
      `<path d="M${edge[0]![0]} -9${line.replace("M", "L")}L${edge.at(-1)![0]} -9Z" fill="#fff"/>`,
    );
    // Film is silver inside: the torn edge shows it, and a flap folds down over the print.
    const low = edge.slice(5, 11);
    const flap = [
      ...low,
      ...low
        .toReversed()
        .map(([x, y]) => [x + between(r, -4, 4), Math.min(height - 2, y + between(r, 5, 11))] as const),
    ];
    await drawColour(
      `tear-${i}`,
      { width, height },
      `<path d="${line}" fill="none" stroke="#3a1410" stroke-width="8" opacity=".5" transform="translate(1 3)"/>
      <path d="${line}" fill="none" stroke="#e9e9ec" stroke-width="5"/>
      <path d="${flap.map(([x, y], s) => `${s ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")}Z" fill="#cfd2d8" stroke="#8d9097" stroke-width="1"/>`,
    );
  }
}

/** A closed, uneven outline around the middle of the canvas. */
function blob(r: () => number, { width, height }: Size, roughness: number, scale = 1): string {
  const points = Array.from({ length: 18 }, (_, i) => {
    const a = (2 * Math.PI * i) / 18;
    const radius = scale * (1 - r() * roughness);
    return [
      width / 2 + Math.cos(a) * radius * (width / 2 - 1),
      height / 2 + Math.sin(a) * radius * (height / 2 - 1),
    ] as const;
  });
  const halfway = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): string =>
    `${((ax + bx) / 2).toFixed(1)} ${((ay + by) / 2).toFixed(1)}`;
  const curves = points.map(
    (p, i) => `Q${p[0].toFixed(1)} ${p[1].toFixed(1)} ${halfway(p, points[(i + 1) % points.length]!)}`,
  );
  return `M${halfway(points.at(-1)!, points[0]!)}${curves.join("")}Z`;
}
async function drawContaminants(): Promise<void> {
  const r = random(500);
  const drawings: readonly ((s: Size) => string)[] = [
    (s) =>
      `<path d="${blob(r, s, 0.3)}" fill="#2a1c05" opacity=".62"/><path d="${blob(r, s, 0.35, 0.7)}" fill="#140d02" opacity=".5"/>`,
    (s) =>
      `<path d="${blob(r, s, 0.55)}" fill="#20262b" opacity=".75"/><path d="${blob(r, s, 0.5, 0.6)}" fill="#0b0e11" opacity=".6"/>`,
    (s) =>
      Array.from({ length: 9 }, (_, i) => {
        const x = i < 2 ? (i ? s.width - 6 : 0) : between(r, 2, s.width - 10);
        const y = i < 2 ? (i ? s.height - 8 : 0) : between(r, 2, s.height - 10);
        return `<svg x="${x}" y="${y}" width="9" height="8"><path d="${blob(r, { width: 9, height: 8 }, 0.45)}" fill="${i % 3 ? "#3b2408" : "#6e4a17"}"/></svg>`;
      }).join(""),
    (s) => `<path d="${blob(r, s, 0.3)}" fill="#160c05"/><path d="${blob(r, s, 0.4, 0.5)}" fill="#4b2c13"/>`,
    (s) =>
      `<path d="M1 ${s.height - 2}C${s.width * 0.2} -8 ${s.width * 0.4} ${s.height + 14} ${s.width * 0.65} ${s.height * 0.5}S${s.width - 4} 0 ${s.width - 1} ${s.height * 0.6}" fill="none" stroke="#0d0a08" stroke-width="2.1"/>`,
    (s) => `<path d="${blob(r, s, 0.35)}" fill="#0d1f6b" opacity=".85"/>`,
  ];
  for (const [i, size] of contaminants.entries()) await drawColour(`contaminant-${i}`, size, drawings[i]!(size));
}

/** A tile of the belt: woven, a little worn, repeating in both directions. */
async function drawBelt(): Promise<void> {
  const size = { width: 160, height: 128 };
  const r = random(900);
  const wear = Array.from({ length: size.height }, () => between(r, -3, 3));
  const data = Buffer.alloc(size.width * size.height * 3);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const over = (Math.floor(x / 4) + Math.floor(y / 4)) % 2;
      const thread = over ? Math.sin((Math.PI * ((x % 4) + 0.5)) / 4) : Math.sin((Math.PI * ((y % 4) + 0.5)) / 4);
      const level = 66 + (over ? 9 : 3) + thread * 9 + wear[y]! + between(r, -5, 5);
      const at = (y * size.width + x) * 3;
      data[at] = Math.round(level * 0.86);
      data[at + 1] = Math.round(level * 1.02);
      data[at + 2] = Math.round(level);
    }
  await sharp(data, { raw: { ...size, channels: 3 } })
    .png(png)
    .toFile(join(out, "belt.png"));
}

await drawBag();
await drawLabels();
await drawShades();
await drawTears();
await drawContaminants();
await drawBelt();
console.log(`layers written to ${out}`);
