/** What ffmpeg (or setpriv, which starts it) says, and what a person does about it. The first row that fits counts. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /ENOENT|failed to execute/,
    "ffmpeg is not installed, or not on the PATH; install it (Debian: apt-get install ffmpeg)",
  ],
  [/401 Unauthorized|403 Forbidden/, "the camera refuses user or password; correct them in url"],
  [/404 Not Found|No such file|Protocol not found/, "there is nothing at this address; correct url"],
  [
    /refused|timed out|No route|unreachable|resolve hostname|reset by peer/i,
    "the camera cannot be reached; check its power, its cable, address and port, and that its stream is switched on",
  ],
  [
    /Option .* not found|Unrecognized option|Unknown input format/,
    "ffmpeg does not know an option; see inputArguments",
  ],
  [/Invalid data|does not contain any stream|matches no streams/, "this is no video that ffmpeg can read; correct url"],
];

/** Says the size it met, because our crop filter asks for its negative: see `ffmpegArguments`. */
const otherSize = /width '-(\d+)' or height '-(\d+)'/;

/** A text without user and password of the addresses in it. */
export const withoutPassword = (text: string): string => text.replace(/:\/\/[^/@\s]+@/g, "://");

/**
 * Why a stream has ended, and what to do, in one sentence.
 *
 * @param said the end of what ffmpeg wrote to stderr
 * @param exit how it ended, e.g. `code 1`
 */
export function whyItEnded(
  { url, widthPx, heightPx }: { readonly url: string; readonly widthPx: number; readonly heightPx: number },
  said: string,
  exit: string,
): string {
  const size = otherSize.exec(said);
  if (size)
    return `the stream is ${size[1]} × ${size[2]} px, not ${widthPx} × ${heightPx}; correct widthPx and heightPx, or the camera`;
  const line =
    said
      .split("\n")
      .map((text) => text.replace(/^\[[^\]]*\] */, "").trim())
      .filter((text) => text !== "")
      .at(-1) ?? "";
  const found = remedies.find(([pattern]) => pattern.test(said))?.[1];
  const where = withoutPassword(url);
  if (found !== undefined) return `${found} (${withoutPassword(line || where)})`;
  if (line === "" && exit === "code 0") return `the stream has ended; it is opened again (${where})`;
  return `ffmpeg ended with ${exit}; check url and inputArguments (${withoutPassword(line || where)})`;
}
