import { Presets, SingleBar } from "cli-progress";

/** A bar on stderr for work that takes longer than a breath; silent without a terminal. */
export interface Progress extends Disposable {
  update(done: number, total: number): void;
}

export function createProgress(what: string): Progress {
  const bar = new SingleBar(
    {
      format: `${what} {bar} {percentage}% | {value}/{total} | {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total) {
      if (!process.stderr.isTTY) return;
      if (!started) bar.start(total, done);
      else bar.update(done);
      started = true;
      bar.setTotal(total);
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}
