import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Answer, ListenerSetup } from "./messages.ts";

/** How the pixels of a body without a file format lie. */
export interface RawLayout {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  readonly channels: 1 | 3;
}

/** What a request asks for. */
export interface PictureRequest {
  readonly triggerId?: number;
  /** The body is pixels, row by row. */
  readonly raw?: RawLayout;
  /** Of the body as announced, bytes. */
  readonly length?: number;
}

/** The line and headers of a request, as far as they matter. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** A whole number without sign, or undefined. */
const wholeNumber = (text: string | null | undefined): number | undefined =>
  text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/**
 * What a request asks for, or the answer to one that cannot be served. Nothing of its body is looked at.
 *
 * A page in a browser may send requests to any address, but not without saying where it comes from: `Origin` is refused.
 */
export function readRequest(
  { method, url, headers }: RequestHead,
  { cameraId, secret, maximumMb, maximumMegapixels, host, port }: ListenerSetup,
): PictureRequest | { readonly refusal: Answer } {
  const refuse = (status: number, text: string) => ({ refusal: { status, text } });
  const example = `curl --data-binary @picture.jpg "http://${host}:${port}/${cameraId}?trigger=123"`;
  if (headers.origin !== undefined) return refuse(403, "pictures are not taken from web pages");
  if (secret !== undefined && !timingSafeEqual(digest(headers.authorization ?? ""), digest(`Bearer ${secret}`)))
    return refuse(401, "send the camera's secret with it: Authorization: Bearer …");
  let target: URL;
  try {
    target = new URL(url ?? "", "http://camera");
  } catch {
    return refuse(400, `this is no address; e.g. ${example}`);
  }
  const { pathname, searchParams: query } = target;
  if (pathname !== `/${cameraId}`) return refuse(404, `this is camera ${cameraId}; e.g. ${example}`);
  if (method !== "POST") return refuse(405, `send the picture with POST; e.g. ${example}`);

  const length = wholeNumber(headers["content-length"]);
  if (length !== undefined && length > maximumMb * 1e6)
    return refuse(
      413,
      `${(length / 1e6).toFixed(1)} MB are more than maximumMb (${maximumMb}); send it smaller, or raise that`,
    );

  const givenId = query.get("trigger") ?? headers["x-trigger-id"];
  const triggerId = wholeNumber(String(givenId ?? ""));
  if (givenId !== undefined && givenId !== null && !(triggerId !== undefined && triggerId >= 1 && triggerId <= 65_535))
    return refuse(400, "the trigger id is a whole number from 1 to 65535; leave it out to pair by time");

  const common = { ...(triggerId !== undefined && { triggerId }), ...(length !== undefined && { length }) };
  if (!query.has("width") && !query.has("height") && !query.has("channels")) return common;
  const [width, height, channels] = ["width", "height", "channels"].map((name) => wholeNumber(query.get(name)));
  if (!width || !height || (channels !== 1 && channels !== 3))
    return refuse(400, "raw pixels need all of width, height (px) and channels (1 = grey, 3 = RGB) in the query");
  if (width * height > maximumMegapixels * 1e6)
    return refuse(413, `${width} × ${height} px are more than maximumMegapixels (${maximumMegapixels})`);
  return { ...common, raw: { width, height, channels } };
}
