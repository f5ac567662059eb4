import { createOpenFiles } from "../../src/opcua/evidence/open-files.ts";

const content = { bytes: new Uint8Array([1, 2, 3]), mimeType: "image/webp", takenAt: 0 };

// A client that is gone, or forgets to close, must not hold a file for ever (OPC 10000-20 §4.4.1: ClientProcessingTimeout).
test("what nobody uses for a minute is closed, what is read stays open", () => {
  let now = 0;
  const changed: number[] = [];
  const files = createOpenFiles(
    { count: 2, idleMs: 60_000 },
    () => now,
    (index) => changed.push(index),
  );
  const [idle, busy] = ["a", "b"].map((session) => {
    const index = files.reserve(session)!;
    return { index, session, handle: files.fill(index, content) };
  }) as [
    Record<"index" | "handle", number> & { session: string },
    Record<"index" | "handle", number> & { session: string },
  ];
  now = 50_000;
  files.read(busy.index, busy.session, busy.handle, 1);
  now = 70_000;
  changed.length = 0;
  files.closeIdle();
  expect(files.slot(idle.index)).toEqual({ content: undefined, openCount: 0 });
  expect(files.slot(busy.index).openCount).toBe(1);
  expect(changed).toEqual([idle.index]);
  expect(files.reserve("c")).toBe(idle.index);
});

// What is being loaded is taken: two calls at once must not get the same file.
test("a file that is reserved is nobody else's, and given up it is free", () => {
  const files = createOpenFiles(
    { count: 1, idleMs: 1 },
    () => 0,
    () => undefined,
  );
  expect(files.reserve("a")).toBe(0);
  expect(files.handlesOf("a")).toBe(1);
  expect(files.reserve("b")).toBeUndefined();
  files.giveUp(0);
  expect(files.handlesOf("a")).toBe(0);
  expect(files.reserve("b")).toBe(0);
});
