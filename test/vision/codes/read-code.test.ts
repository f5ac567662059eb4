import { type CodeReader, openCodeReader, type SymbolRead } from "../../../src/vision/codes/code-reader.ts";
import { codeDefect } from "../../../src/vision/codes/compare-code.ts";
import { groupSeparator } from "../../../src/vision/codes/gs1.ts";
import { readCode, readCodeOptions } from "../../../src/vision/codes/read-code.ts";
import { blur, type Grey } from "../../../src/vision/grey.ts";
import type { Picture } from "../../../src/vision/picture.ts";
import { aSymbol, onto, spoiled } from "../../support/code-pictures.ts";

const context = { signal: new AbortController().signal, now: () => 0 };
const reader = await openCodeReader();
const step = (options: object = {}) => readCode(reader, readCodeOptions.parse(options));
const picture = (grey: Grey): Picture => ({ ...grey, data: new Uint8Array(grey.data), channels: 1 });
const gtin = "4006381333931";

// The trade item is what counts: the same item may carry it as EAN-13, as UPC-A with 12 digits, or inside GS1 elements.
test.each([
  ["an EAN-13", gtin, "EAN13", gtin],
  ["a UPC-A, expected with 12 digits", "036000291452", "UPCA", "036000291452"],
  ["a UPC-A, expected with 13 digits", "036000291452", "UPCA", "0036000291452"],
  ["a Data Matrix", `(01)0${gtin}(17)270825(10)L42`, "DataMatrix", gtin],
  ["a QR Code", `(01)0${gtin}(10)L42`, "QRCode", gtin],
] as const)("%s of the expected item matches", async (_, text, format, expected) => {
  const symbol = await aSymbol(text, format, 3, text.startsWith("(") ? "gs1" : "");
  const finding = await step().run(
    { picture: picture(spoiled(onto(symbol, 420, 320, 30, 40), 8)), expected: { gtin: expected } },
    context,
  );
  expect(finding).toMatchObject({ outcome: "match" });
  expect(codeDefect(finding)).toBeUndefined();
});

// The mistake that recalls are made of: the right label machine with the wrong reel.
test("a code of another item is the wrong product, with its place in the whole picture", async () => {
  const symbol = await aSymbol("5901234123457", "EAN13", 3);
  const scene = onto(symbol, 640, 480, 200, 150);
  const zone = [180, 130, symbol.width + 40, symbol.height + 40] as const;
  const finding = await step().run({ picture: picture(scene), zone, expected: { gtin } }, context);
  expect(finding).toMatchObject({ outcome: "wrongProduct", read: { text: "5901234123457" } });
  const [x, y] = codeDefect(finding)!.box!;
  expect(codeDefect(finding)).toMatchObject({ class: "WRONG_PRODUCT" });
  expect(Math.abs(x - 200)).toBeLessThan(60);
  expect(y).toBeGreaterThanOrEqual(150);
});

test("lot and serial stand beside the item", async () => {
  const symbol = await aSymbol(`(01)0${gtin}(10)L42(21)0007`, "DataMatrix", 4, "gs1");
  const finding = await step().run({ picture: picture(symbol) }, context);
  expect(finding).toMatchObject({
    outcome: "read",
    read: { isGs1: true, text: `010${gtin}10L42${groupSeparator}210007` },
  });
  if (finding.outcome !== "unreadable")
    expect([finding.elements?.get("10"), finding.elements?.get("21")]).toEqual(["L42", "0007"]);
});

// Unknown is not wrong, and it is not right either.
test.each([
  ["a blank label", (): Grey => ({ data: new Uint8Array(64_000).fill(220), width: 320, height: 200 }), undefined],
  [
    "a zone outside the picture",
    (): Grey => ({ data: new Uint8Array(64_000), width: 320, height: 200 }),
    [400, 10, 50, 50] as const,
  ],
  ["a picture of one pixel", (): Grey => ({ data: new Uint8Array(1), width: 1, height: 1 }), undefined],
])("%s is unreadable", async (_, scene, zone) => {
  const finding = await step().run({ picture: picture(scene()), ...(zone && { zone }), expected: { gtin } }, context);
  expect(finding).toEqual({ outcome: "unreadable", doubtful: [] });
  expect(codeDefect(finding)).toMatchObject({ class: "CODE_UNREADABLE" });
});

// Bars so soft that edges are lost: the grey profile's work, through the whole step.
test("a code out of focus is read from its grey levels", async () => {
  const symbol = spoiled(blur(await aSymbol(gtin, "EAN13", 2), 1.8), 5, 0.6);
  expect(await reader.read(symbol, { symbologies: ["EAN-13"] })).toEqual([]);
  const finding = await step({ symbologies: ["EAN-13"] }).run(
    { picture: picture(symbol), expected: { gtin } },
    context,
  );
  expect(finding).toMatchObject({ outcome: "match" });
});

const seen = (text: string, lines: number): SymbolRead => ({
  text,
  symbology: "EAN-13",
  isGs1: false,
  lines,
  box: [0, 0, 90, 40],
  corners: [],
});
/** A decoder that answers one attempt after the other from a list. */
const scripted = (answers: readonly (readonly SymbolRead[])[]): CodeReader => {
  const left = [...answers];
  return { read: async () => left.shift() ?? [] };
};
const grey: Grey = { data: new Uint8Array(200 * 100).fill(128), width: 200, height: 100 };
const misread = "1077778003259";

// Misreads with a valid check digit happen on real photographs; each is seen by few lines of one attempt.
test.each<[string, SymbolRead[][], string | undefined]>([
  ["a misread of few lines loses to later attempts", [[seen(misread, 3)], [seen(gtin, 5)], [seen(gtin, 6)]], gtin],
  ["a misread of few lines alone is believed by nobody", [[seen(misread, 3)]], undefined],
  ["two contradicting reads of equal weight are no read", [[seen(misread, 4)], [seen(gtin, 4)]], undefined],
  ["many lines of one attempt suffice", [[seen(gtin, 12)]], gtin],
])("%s", async (_, answers, text) => {
  const finding = await readCode(scripted(answers), readCodeOptions.parse({ symbologies: ["Code 128"] })).run(
    { picture: picture(grey) },
    context,
  );
  expect(finding.outcome === "unreadable" ? undefined : finding.read.text).toBe(text);
});

// Time that a line does not have: the first attempt always runs, none begins after the budget.
test("no attempt begins after the time is up", async () => {
  let calls = 0;
  const slow: CodeReader = {
    read: async () => {
      calls += 1;
      return [];
    },
  };
  let time = 0;
  await readCode(slow, readCodeOptions.parse({ budgetMs: 15 })).run(
    { picture: picture(grey) },
    { ...context, now: () => (time += 10) },
  );
  expect(calls).toBe(2);
});
