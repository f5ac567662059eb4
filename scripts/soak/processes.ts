import { readdirSync, readFileSync } from "node:fs";

/** What Linux tells of one process. */
export interface ProcessFigures {
  readonly pid: number;
  readonly command: string;
  /** Resident size, MB. */
  readonly rssMb: number;
  /** User and system time since its start, ms. */
  readonly cpuMs: number;
}

const ticksPerSecond = 100; // sysconf(_SC_CLK_TCK) on every Linux that Node runs on
const pageBytes = 4_096;

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it ended between listing and reading
  }
};

export const childrenOf = (pid: number): number[] =>
  read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);

/** A process and all below it. */
export const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

export function figuresOf(pid: number): ProcessFigures | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === "") return undefined;
  // Fields after the command's closing bracket, which may itself contain spaces: proc(5), 14 = utime, 15 = stime, 24 = rss.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return {
    pid,
    command: read(`/proc/${pid}/cmdline`).split("\0").join(" ").trim(),
    rssMb: (Number(fields[21]) * pageBytes) / 1_048_576,
    cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond,
  };
}

export const isAlive = (pid: number): boolean => {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== "" && !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
};

/** Which part of Tallyline a process is, by its title; a core has none before it has read its configuration. */
export function roleOf({ command }: ProcessFigures): "core" | "vision" | "opcua" | "launcher" {
  if (command.startsWith("tallyline vision")) return "vision";
  if (command.startsWith("tallyline opcua")) return "opcua";
  if (command.startsWith("tallyline core") || command.includes("src/app/main.ts")) return "core";
  return "launcher";
}

/** Running processes whose parent is gone and that run something of this program: nothing should ever be in here. */
export const orphansOf = (dataFolder: string): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`TALLYLINE_DATA=${dataFolder}`) && isAlive(pid));
