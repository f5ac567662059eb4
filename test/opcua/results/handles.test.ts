import { createResultHandles } from "../../../src/opcua/results/handles.ts";

// OPC 40001-101 §7.1.2: "a system-wide unique handle identifying the result set / client combination".
test("handles are unique, and of their session", () => {
  const handles = createResultHandles(() => 0);
  const [a, b] = [handles.issue("one", 0), handles.issue("two", 0)];
  expect(a).not.toBe(b);
  expect(a).toBeGreaterThan(0); // 0 is "no handle"
  expect(handles.release("two", a)).toBe(false);
  expect(handles.release("one", a)).toBe(true);
  expect(handles.release("one", a)).toBe(false);
});

// §6.4: the timeout is the client's estimate of how long it needs the result; 0 and less give none.
test("a handle with a timeout is forgotten after it", () => {
  let now = 0;
  const handles = createResultHandles(() => now);
  const [short, long, endless] = [100, 1_000, -1].map((timeout) => handles.issue("one", timeout));
  now = 500;
  expect([short, long, endless].map((handle) => handles.release("one", handle!))).toEqual([false, true, true]);
});

// A client that never releases must not grow the server.
test("beyond a thousand the oldest is forgotten", () => {
  const handles = createResultHandles(() => 0);
  const all = Array.from({ length: 1_001 }, () => handles.issue("one", -1));
  expect(handles.release("one", all[0]!)).toBe(false);
  expect(handles.release("one", all[1]!)).toBe(true);
});
