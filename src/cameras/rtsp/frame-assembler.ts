/**
 * Cuts a stream of bytes into pictures of a fixed size. Each has memory of its own, which its receiver owns; at most one
 * unfinished picture is held.
 *
 * @param size bytes of one picture
 * @returns takes the next bytes
 */
export function createFrameAssembler(
  size: number,
  complete: (data: Uint8Array<ArrayBuffer>) => void,
): (chunk: Uint8Array) => void {
  let picture = new Uint8Array(size);
  let filled = 0;
  return (chunk) => {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + size - filled);
      picture.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < size) return;
      const done = picture;
      picture = new Uint8Array(size);
      filled = 0;
      complete(done);
    }
  };
}
