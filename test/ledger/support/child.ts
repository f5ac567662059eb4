import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A program of this folder, running on its own. */
export interface Child {
  readonly pid: number;
  /** Resolves with the next line that it prints. */
  line(): Promise<string>;
  /** Resolves with all it printed, when it has ended and the pipe is empty. */
  readonly output: Promise<string>;
  kill(): void;
}

/** Starts it on this Node. `under` is a shell line that ends in `exec "$@"`, for limits set before it runs. */
export function startChild(name: string, args: readonly string[], under?: string): Child {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", file, ...args];
  const child = under
    ? spawn("bash", ["-c", under, "bash", ...command], { stdio: ["ignore", "pipe", "inherit"] })
    : spawn(command[0]!, command.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  let taken = 0;
  let wake: (() => void) | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    wake?.();
  });
  const output = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      resolve(text);
      wake?.();
    });
  });
  return {
    pid: child.pid!,
    output,
    kill: () => void child.kill("SIGKILL"),
    async line() {
      for (;;) {
        const end = text.indexOf("\n", taken);
        if (end >= 0) {
          const line = text.slice(taken, end);
          taken = end + 1;
          return line;
        }
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended: ${text.slice(-500)}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
