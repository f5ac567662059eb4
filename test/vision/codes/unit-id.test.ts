import { readableText, unitIdOf } from "../../../src/vision/codes/unit-id.ts";

const gs1 = { text: "010952123450001821ABC7\u001d10L42", isGs1: true };
const plain = { text: "TEST-METAL-1", isGs1: false };

test.each([
  [{ text: "010952123450001821ABC7", isGs1: true }, "serial", "ABC7"],
  [{ text: "010952123450001821ABC7", isGs1: true }, "sgtin", "09521234500018.ABC7"],
  [{ text: "010952123450001821ABC7", isGs1: true }, "text", "(01)09521234500018(21)ABC7"],
  [{ text: "0109521234500018", isGs1: true }, "serial", undefined],
  [{ text: "21ABC7", isGs1: true }, "sgtin", undefined],
  [plain, "serial", undefined],
  [plain, "sgtin", undefined],
  [plain, "text", "TEST-METAL-1"],
] as const)("of %j the %s is %s", (read, kind, id) => {
  expect(unitIdOf(read, kind)).toBe(id);
});

// Records go to files and XML, where a separator character of a symbol is no text.
test("control characters of a content become blanks", () => {
  expect(readableText({ text: "A\u001dB\u0004", isGs1: false })).toBe("A B ");
  expect(readableText(gs1)).not.toMatch(/\p{Cc}/u);
});
