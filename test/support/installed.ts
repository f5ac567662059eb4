import { spawnSync } from "node:child_process";

/** Whether a program of the system is there; tests that need it are skipped by name where it is not. */
export const isInstalled = (program: string): boolean => spawnSync(program, ["-version"]).error === undefined;
