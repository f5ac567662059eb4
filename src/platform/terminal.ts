import { Writable } from "node:stream";

/**
 * Where a program talks to a person: lines that stay, and below them one status line that is drawn anew. Without a
 * terminal there is no status line.
 */
export interface Terminal {
  readonly interactive: boolean;
  /** A line that stays. */
  line(text: string): void;
  /** Replaces the status line; "" removes it. */
  status(text: string): void;
  /** The same as `line` for whoever wants a stream (a log). */
  readonly stream: Writable;
}

/** @param out normally `process.stderr`: stdout is for what a command prints. */
export function createTerminal(out: NodeJS.WriteStream): Terminal {
  const interactive = out.isTTY === true;
  let status = "";
  const erase = interactive ? "\r\u001b[2K" : "";
  // Whoever reads may go away (a closed window, `| head`, a dead log shipper); inspection goes on without being read.
  out.on("error", () => undefined);
  const line = (text: string): void => {
    out.write(`${status === "" ? "" : erase}${text}\n${status}`);
  };
  return {
    interactive,
    line,
    status(text) {
      if (!interactive) return;
      const shown = text.slice(0, Math.max(20, (out.columns ?? 120) - 1));
      if (shown !== status || shown === "") out.write(`${erase}${shown}`);
      status = shown;
    },
    stream: new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        line(String(chunk).replace(/\n$/, ""));
        done();
      },
    }),
  };
}
