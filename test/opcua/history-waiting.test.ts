import { createWaitingLine } from "../../src/opcua/history/waiting.ts";

// A server has many clients and one history thread: what one of them asks for must not be paid by the others.
test("turns go round between askers, and each has one being served", () => {
  const line = createWaitingLine<string>(2);
  const [a, b, c] = [{}, {}, {}];
  expect(["a1", "a2", "a3"].map((item) => line.join(a, item))).toEqual([true, true, false]);
  expect([line.join(b, "b1"), line.join(b, "b2"), line.join(c, "c1")]).toEqual([true, true, true]);
  const turn = () => line.next()?.item;
  expect([turn(), turn(), turn(), turn()]).toEqual(["a1", "b1", "c1", undefined]);
  line.served(b);
  line.served(a);
  expect([turn(), turn(), turn()]).toEqual(["a2", "b2", undefined]);
  expect(line.join(a, "a4")).toBe(true);
  expect(turn()).toBeUndefined();
  line.served(a);
  line.join(c, "c2");
  expect(line.leave()).toEqual(["a4", "c2"]);
  expect(turn()).toBeUndefined();
});
