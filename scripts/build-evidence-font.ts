// Draws the letters of evidence legends as one PNG per size, with their widths beside it. The PNGs are committed, so that
// no font, no SVG renderer and no version of either stands between a legend and its reader.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { fontFolder, unwrapWoff, useOnlyOurFonts } from "./fonts.ts";

const { values } = parseArgs({ options: { help: { type: "boolean" } } });
if (values.help) {
  console.log(`usage: build-evidence-font.ts
Draws the letters of evidence legends into src/vision/evidence/font.`);
  process.exit(0);
}
useOnlyOurFonts();
const { default: sharp } = await import("sharp");
const out = fileURLToPath(new URL("../src/vision/evidence/font/", import.meta.url));
const letters = [...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), ..."°±µ×·–…"];

/** Advance widths of the font's letters, in units of its em (OpenType: cmap format 4, hmtx). */
function advances(font: Buffer): (letter: string) => number {
  const tables = new Map(
    Array.from({ length: font.readUInt16BE(4) }, (_, i) => {
      const at = 12 + i * 16;
      const [tag, offset] = [font.toString("latin1", at, at + 4), font.readUInt32BE(at + 8)];
      return [tag, font.subarray(offset, offset + font.readUInt32BE(at + 12))] as const;
    }),
  );
  const [head, hhea, hmtx, cmap] = ["head", "hhea", "hmtx", "cmap"].map((tag) => tables.get(tag)!) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const count = hhea.readUInt16BE(34);
  const em = head.readUInt16BE(18);
  const map = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) =>
    cmap.subarray(cmap.readUInt32BE(4 + i * 8 + 4)),
  ).find((t) => t.readUInt16BE(0) === 4)!;
  const segments = map.readUInt16BE(6) / 2;
  const glyphOf = (code: number): number => {
    for (let s = 0; s < segments; s++) {
      const [endAt, startAt] = [14 + s * 2, 16 + segments * 2 + s * 2];
      if (code > map.readUInt16BE(endAt)) continue;
      const start = map.readUInt16BE(startAt);
      if (code < start) return 0;
      const delta = map.readUInt16BE(startAt + segments * 2);
      const rangeAt = startAt + segments * 4;
      const range = map.readUInt16BE(rangeAt);
      if (range === 0) return (code + delta) & 0xffff;
      const glyph = map.readUInt16BE(rangeAt + range + (code - start) * 2);
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
  return (letter) => {
    const glyph = glyphOf(letter.codePointAt(0)!);
    if (glyph === 0) throw new Error(`the font has no "${letter}"`);
    return hmtx.readUInt16BE(Math.min(glyph, count - 1) * 4) / em;
  };
}

const advance = advances(unwrapWoff(readFileSync(join(fontFolder, "barlow-condensed-600.woff"))));
const escaped = (letter: string): string => `&#${letter.codePointAt(0)};`;
/** Room on each side of a letter that leans out of its advance, px. */
const margin = 2;
const sizes = [18, 36];
const faces: Record<string, object> = {};
for (const size of sizes) {
  const height = Math.round(size * 1.25);
  const baseline = Math.round(size * 0.97);
  const widths = letters.map((letter) => Math.round(advance(letter) * size + size * 0.025));
  const starts = widths.map((_, n) => widths.slice(0, n).reduce((sum, w) => sum + w + 2 * margin, 0));
  const total = starts.at(-1)! + widths.at(-1)! + 2 * margin;
  const body = letters
    .map((letter, n) => `<text x="${starts[n]! + margin}" y="${baseline}">${escaped(letter)}</text>`)
    .join("");
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${total}" height="${height}"><rect width="100%" height="100%" fill="#000"/><g font-family="Barlow Condensed" font-weight="600" font-size="${size}" fill="#fff" xml:space="preserve">${body}</g></svg>`;
  await sharp(Buffer.from(drawing))
    .greyscale()
    .toColourspace("b-w")
    .png({ compressionLevel: 9, effort: 10 })
    .toFile(join(out, `letters-${size}.png`));
  faces[size] = { height, baseline, margin, widths };
}
writeFileSync(join(out, "letters.json"), `${JSON.stringify({ letters: letters.join(""), faces })}\n`);
console.log(`${letters.length} letters in ${sizes.join(" and ")} px written to ${out}`);
