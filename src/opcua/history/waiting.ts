/** Requests of all askers that wait for their turn. */
export interface WaitingLine<T> {
  /** Joins the line; false when the asker has as many waiting as one may have. */
  join(asker: object, item: T): boolean;
  /** The next one whose asker has none being served; it counts as served from now on. */
  next(): { readonly asker: object; readonly item: T } | undefined;
  /** The asker's item has been served. */
  served(asker: object): void;
  /** Everything that still waits, which then waits no more. */
  leave(): T[];
}

/**
 * A line in which every asker has a place of its own: one item being served, a few waiting, and the turn goes round. So
 * whoever asks for a hundred things at once keeps only himself waiting.
 *
 * @param each items of one asker that may wait
 */
export function createWaitingLine<T>(each: number): WaitingLine<T> {
  /** In the order of their turns. */
  const lines = new Map<object, T[]>();
  const busy = new Set<object>();
  return {
    join(asker, item) {
      const own = lines.get(asker) ?? [];
      if (own.length >= each) return false;
      own.push(item);
      lines.set(asker, own);
      return true;
    },
    next() {
      for (const [asker, own] of lines) {
        if (busy.has(asker)) continue;
        const item = own.shift()!;
        lines.delete(asker);
        if (own.length > 0) lines.set(asker, own);
        busy.add(asker);
        return { asker, item };
      }
      return undefined;
    },
    served: (asker) => void busy.delete(asker),
    leave() {
      const all = [...lines.values()].flat();
      lines.clear();
      return all;
    },
  };
}
