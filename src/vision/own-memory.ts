import { isMarkedAsUntransferable } from "node:worker_threads";
import type { Picture } from "./picture.ts";

/**
 * The picture in memory that can be transferred: only one that owns its whole buffer can go without taking other data
 * along, and not memory that a native library lent.
 */
export function ownMemory({ data, width, height, channels }: Picture): Picture {
  const own =
    data.byteLength === data.buffer.byteLength && !isMarkedAsUntransferable(data.buffer) ? data : data.slice();
  return { data: own, width, height, channels };
}
