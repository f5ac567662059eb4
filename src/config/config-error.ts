import { AppError } from "../platform/errors.ts";

/** A file of the site (configuration, recipe) does not say something runnable. Lists every problem found, not only the first. */
export class ConfigError extends AppError {
  readonly code = "CONFIG_INVALID";
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[], cause?: unknown) {
    super(`${file}: ${problems.length} problem(s)\n${problems.map((p) => `  - ${p}`).join("\n")}`, { cause });
    this.problems = problems;
  }
}
