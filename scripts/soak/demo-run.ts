import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../", import.meta.url));

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A demo started as its user would, with a data folder of its own. */
export interface DemoRun {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly startedAt: number;
  /** The newest lines that it printed, for the report of a failure. */
  readonly lastLines: readonly string[];
  /** Resolves with the exit code (or 128 + signal). */
  readonly ended: Promise<number>;
  /** What Ctrl-C does in a terminal: SIGINT to the whole group. */
  pressCtrlC(): void;
}

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), "tallyline-soak-"));

/** @param command what to run: `npm start` as in the README, or the core directly where its pid matters. */
export function startDemo(
  data: string,
  port: number,
  command: "npm" | "core",
  extra: readonly string[] = ["--demo"],
): DemoRun {
  const isDemo = extra.length === 1 && extra[0] === "--demo";
  const asUser = isDemo ? ["start", "--"] : ["run", "tallyline", "--", "start", ...extra];
  const [file, args] =
    command === "npm"
      ? ["npm", [...asUser, "--port", String(port)]]
      : [
          process.execPath,
          [
            "--disable-warning=ExperimentalWarning",
            join(project, "src/app/main.ts"),
            "start",
            ...extra,
            "--port",
            String(port),
          ],
        ];
  const child = spawn(file, args, {
    cwd: project,
    env: { ...process.env, TALLYLINE_DATA: data },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a process group of its own, as in a terminal
  });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      lastLines.push(line);
      if (lastLines.length > 40) lastLines.shift();
    });
  const ended = once(child, "exit").then(([code, signal]) => (signal ? 128 : (code as number)));
  const pid = child.pid!;
  return {
    process: child,
    pid,
    startedAt: performance.now(),
    lastLines,
    ended,
    pressCtrlC: () => process.kill(-pid, "SIGINT"),
  };
}
