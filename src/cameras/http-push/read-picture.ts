import { errorText } from "../../platform/errors.ts";
import { createDecoder, type DecodedImage } from "../source/decode.ts";
import { loadSharp } from "../source/load-sharp.ts";
import type { ListenerSetup } from "./messages.ts";
import type { RawLayout } from "./request.ts";

/** One picture takes some 10 ms; a decoder that takes this long has been given something to choke on, s. */
const maximumSeconds = 5;

/** How each format that is taken begins; the decoder knows many more, which nobody has to reach. */
const beginnings: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])), // JPEG
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])), // PNG
  (bytes) => bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP",
];

export type ReadPicture = (
  body: Uint8Array<ArrayBuffer>,
  raw: RawLayout | undefined,
) => Promise<{ readonly image: DecodedImage } | { readonly reason: string }>;

/** Turns a body into a picture, one at a time, or says why it cannot be one and what to do. */
export async function createPictureReader({ colour, maximumMegapixels }: ListenerSetup): Promise<ReadPicture> {
  const [sharp, decode] = await Promise.all([
    loadSharp(),
    createDecoder(colour, { maximumPixels: maximumMegapixels * 1e6, seconds: maximumSeconds }),
  ]);
  const read: ReadPicture = async (body, raw) => {
    if (raw) {
      const expected = raw.width * raw.height * raw.channels;
      if (body.length !== expected)
        return { reason: `${body.length} bytes, but width · height · channels are ${expected}; correct them` };
      return { image: { ...raw, data: new Uint8Array(body) } };
    }
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    if (!beginnings.some((is) => is(bytes)))
      return {
        reason:
          "the body is not a JPEG, PNG or WebP; send the file itself and nothing around it, or raw pixels with width, height and channels in the query",
      };
    try {
      if (((await sharp(bytes, { limitInputPixels: false }).metadata()).pages ?? 1) > 1)
        return { reason: "an animation is more than one picture; send one" };
      return { image: await decode(bytes) };
    } catch (error) {
      const text = errorText(error);
      return {
        reason: /pixel limit/.test(text)
          ? `the picture has more px than maximumMegapixels (${maximumMegapixels}); send it smaller, or raise that`
          : `the picture cannot be read (${text}); send it whole, as JPEG, PNG or WebP`,
      };
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return (body, raw) => {
    const next = last.then(() => read(body, raw));
    last = next.catch(() => undefined);
    return next;
  };
}
