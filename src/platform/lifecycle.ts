/** Something that runs. `start` resolves when it is useful; the returned function stops it and resolves when nothing is left running. */
export interface Service {
  readonly name: string;
  start(signal: AbortSignal): Promise<() => Promise<void>>;
}

/**
 * Starts services in order and returns one function that stops them in reverse order. If a start fails, what already
 * runs is stopped and the error is rethrown. Each stop gets `stopMs`; one that overruns is reported and left behind, so
 * a stuck sink cannot keep the OPC UA server from saying goodbye.
 */
export async function startAll(
  services: readonly Service[],
  signal: AbortSignal,
  report: (name: string, error: unknown) => void,
  stopMs = 5_000,
): Promise<() => Promise<void>> {
  const running: { name: string; stop: () => Promise<void> }[] = [];
  const stopAll = async (): Promise<void> => {
    for (let s = running.pop(); s; s = running.pop()) {
      const { name } = s;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${name} did not stop within ${stopMs} ms`)), stopMs);
      });
      await Promise.race([s.stop(), late])
        .catch((e: unknown) => report(name, e))
        .finally(() => clearTimeout(timer));
    }
  };
  try {
    for (const service of services) {
      signal.throwIfAborted();
      running.push({ name: service.name, stop: await service.start(signal) });
    }
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}
