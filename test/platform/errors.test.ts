import { errorText } from "../../src/platform/errors.ts";

// A remedy that stands behind the same sentence twice is not read.
test("a cause is told once, also when the message gives it already", () => {
  const cause = new Error("ENOENT: no such file");
  expect(errorText(new Error("site.yaml cannot be opened", { cause }))).toBe(
    "site.yaml cannot be opened (ENOENT: no such file)",
  );
  expect(errorText(new Error("site.yaml cannot be read: ENOENT: no such file; check it", { cause }))).toBe(
    "site.yaml cannot be read: ENOENT: no such file; check it",
  );
});
