/** A picture in memory, as it was on disk when it was opened. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly mimeType: string;
  /** When it was taken, UTC ms. */
  readonly takenAt: number;
}
/** One file of the address space: a picture while handles are open, nothing otherwise. */
export interface FileSlot {
  readonly content: Content | undefined;
  readonly openCount: number;
}

/**
 * Files with their handles (OPC 10000-20 §4.2). A picture is read once, at its opening, and then held in memory: nobody who
 * reads slowly holds a file on disk, and what was checked is what is given.
 */
export interface OpenFiles {
  slot(index: number): FileSlot;
  /** Takes a free file for this session; undefined when none is free. To be filled or given up at once. */
  reserve(session: string): number | undefined;
  fill(index: number, content: Content): number;
  giveUp(index: number): void;
  /** Another handle; undefined when the file is not this session's. */
  open(index: number, session: string): number | undefined;
  /** False when the session has no such handle. */
  close(index: number, session: string, handle: number): boolean;
  /** Bytes from the handle's position on, at most `length`; undefined when the session has no such handle. */
  read(index: number, session: string, handle: number, length: number): Uint8Array | undefined;
  position(index: number, session: string, handle: number): number | undefined;
  /** Moves the handle, at most to the end. False when the session has no such handle. */
  seek(index: number, session: string, handle: number, position: number): boolean;
  /** Handles of this session. */
  handlesOf(session: string): number;
  /** Closes what was not used for long. To be called now and then. */
  closeIdle(): void;
}

interface Handle {
  position: number;
  usedAt: number;
}
interface Slot {
  session: string | undefined;
  content: Content | undefined;
  readonly handles: Map<number, Handle>;
}

/**
 * @param now monotonic ms
 * @param changed called when a slot shows something else
 */
export function createOpenFiles(
  { count, idleMs }: { readonly count: number; readonly idleMs: number },
  now: () => number,
  changed: (index: number) => void,
): OpenFiles {
  const slots = Array.from(
    { length: count },
    (): Slot => ({ session: undefined, content: undefined, handles: new Map() }),
  );
  let lastHandle = 0;
  const issue = (index: number): number => {
    lastHandle = (lastHandle % 0xffffffff) + 1;
    slots[index]!.handles.set(lastHandle, { position: 0, usedAt: now() });
    changed(index);
    return lastHandle;
  };
  const free = (index: number): void => {
    const slot = slots[index]!;
    slot.session = slot.content = undefined;
    slot.handles.clear();
    changed(index);
  };
  const drop = (index: number, handle: number): void => {
    const { handles } = slots[index]!;
    handles.delete(handle);
    if (handles.size === 0) free(index);
    else changed(index);
  };
  const handleOf = (index: number, session: string, handle: number): Handle | undefined => {
    const slot = slots[index]!;
    const found = slot.session === session ? slot.handles.get(handle) : undefined;
    if (found) found.usedAt = now();
    return found;
  };
  return {
    slot(index) {
      const { content, handles } = slots[index]!;
      return { content, openCount: handles.size };
    },
    reserve(session) {
      const index = slots.findIndex((slot) => slot.session === undefined);
      if (index < 0) return undefined;
      slots[index]!.session = session;
      return index;
    },
    fill(index, content) {
      slots[index]!.content = content;
      return issue(index);
    },
    giveUp: free,
    open: (index, session) => (slots[index]!.content && slots[index]!.session === session ? issue(index) : undefined),
    close(index, session, handle) {
      const isOpen = handleOf(index, session, handle) !== undefined;
      if (isOpen) drop(index, handle);
      return isOpen;
    },
    read(index, session, handle, length) {
      const found = handleOf(index, session, handle);
      if (!found) return undefined;
      const part = slots[index]!.content!.bytes.subarray(found.position, found.position + length);
      found.position += part.byteLength;
      return part;
    },
    position: (index, session, handle) => handleOf(index, session, handle)?.position,
    seek(index, session, handle, position) {
      const found = handleOf(index, session, handle);
      if (!found) return false;
      found.position = Math.min(position, slots[index]!.content!.bytes.byteLength);
      return true;
    },
    handlesOf: (session) =>
      slots.reduce((sum, slot) => sum + (slot.session === session ? Math.max(1, slot.handles.size) : 0), 0),
    closeIdle() {
      for (const [index, { handles }] of slots.entries())
        for (const [handle, { usedAt }] of [...handles]) if (now() - usedAt > idleMs) drop(index, handle);
    },
  };
}
