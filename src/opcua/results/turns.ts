/**
 * Lets at most `most` of some costly works run at once; `undefined` for one that would be more. It is not made to wait: a
 * client that hears of it can ask again, and what waits holds memory too.
 */
export function createTurns(most: number): <T>(work: () => Promise<T>) => Promise<T> | undefined {
  let running = 0;
  return (work) => {
    if (running >= most) return undefined;
    running += 1;
    return work().finally(() => {
      running -= 1;
    });
  };
}
