import { createRequire } from "node:module";

/** A matrix in OpenCV's memory. Its views are fetched anew for each use: they die when that memory grows. */
export interface Mat {
  readonly data: Uint8Array;
  readonly data32F: Float32Array;
  delete(): void;
}

/** What we use of OpenCV. */
export interface OpenCv {
  readonly Mat: new (rows: number, columns: number, type: number) => Mat;
  readonly CV_8UC1: number;
  readonly CV_32FC1: number;
  readonly TM_CCOEFF_NORMED: number;
  matchTemplate(image: Mat, template: Mat, result: Mat, method: number): void;
}

/** Before its runtime is ready it has a hook and no matrices. */
type Loading = Partial<OpenCv> & { onRuntimeInitialized?: () => void };

const lethal = ["uncaughtException", "unhandledRejection"] as const;

let loading: Promise<{ readonly cv: OpenCv }> | undefined;

/**
 * OpenCV, loaded once per thread (0.3 s, about 100 MB): for inference threads and commands, never for the thread of the
 * line. Wrapped in an object because the module has a `then` of its own, on which an `await` would hang.
 */
export function openCv(): Promise<{ readonly cv: OpenCv }> {
  loading ??= load();
  return loading;
}

async function load(): Promise<{ readonly cv: OpenCv }> {
  // It installs handlers that end the process on any stray error, and print its one line of 10 MB: they are taken off again.
  const before = lethal.map((name) => new Set(process.listeners(name as "uncaughtException")));
  // Not by `import()`: where that shows the module's `then` as its own (jest's does), it never comes back.
  const cv = createRequire(import.meta.url)("@techstark/opencv-js") as Loading;
  if (!cv.Mat)
    await new Promise<void>((ready) => {
      cv.onRuntimeInitialized = ready;
    });
  for (const [n, name] of lethal.entries())
    for (const listener of process.listeners(name as "uncaughtException"))
      if (!before[n]!.has(listener)) process.off(name, listener);
  return { cv: cv as OpenCv };
}
