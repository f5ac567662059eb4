import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";

/** The fonts that the repository keeps. */
export const fontFolder = fileURLToPath(new URL("../src/cameras/synthetic/fonts/", import.meta.url));

/** The TrueType font inside a WOFF 1.0 file (W3C Recommendation, 2012): the renderer's font library does not open WOFF. */
export function unwrapWoff(woff: Buffer): Buffer {
  const tables = Array.from({ length: woff.readUInt16BE(12) }, (_, i) => {
    const at = 44 + i * 20;
    const [offset, packed, length] = [woff.readUInt32BE(at + 4), woff.readUInt32BE(at + 8), woff.readUInt32BE(at + 12)];
    const bytes = woff.subarray(offset, offset + packed);
    return {
      tag: woff.subarray(at, at + 4),
      checksum: woff.subarray(at + 16, at + 20),
      data: packed < length ? inflateSync(bytes) : bytes,
    };
  });
  const header = Buffer.alloc(12 + tables.length * 16);
  woff.copy(header, 0, 4, 8);
  header.writeUInt16BE(tables.length, 4);
  const parts: Buffer[] = [header];
  let offset = header.length;
  for (const [i, { tag, checksum, data }] of tables.entries()) {
    const at = 12 + i * 16;
    tag.copy(header, at);
    checksum.copy(header, at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(data.length, at + 12);
    const padding = (4 - (data.length % 4)) % 4;
    parts.push(data, Buffer.alloc(padding));
    offset += data.length + padding;
  }
  return Buffer.concat(parts);
}

/**
 * Only the fonts kept in the repository: a machine's own fonts must not change a drawing. To be called before sharp is
 * loaded; what it unpacks goes with the process.
 */
export function useOnlyOurFonts(): void {
  const scratch = mkdtempSync(join(tmpdir(), "tallyline-fonts-"));
  for (const file of readdirSync(fontFolder).filter((f) => f.endsWith(".woff")))
    writeFileSync(join(scratch, `${file}.ttf`), unwrapWoff(readFileSync(join(fontFolder, file))));
  writeFileSync(
    join(scratch, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${scratch}</dir><cachedir>${scratch}</cachedir></fontconfig>`,
  );
  process.env["FONTCONFIG_FILE"] = join(scratch, "fonts.conf");
  process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
}
