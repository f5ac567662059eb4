import { readEanProfile } from "../../../src/vision/codes/ean-profile.ts";
import { hasCheckDigit } from "../../../src/vision/codes/gs1.ts";
import { blur } from "../../../src/vision/grey.ts";
import { aSymbol, onto, spoiled } from "../../support/code-pictures.ts";

const codes = ["4006381333931", "9780441014989", "0890444000335", "5901234123457"];

// Bars of 2 px under a blur of 1.7 px: neighbouring bars run together, so that edges are no longer where bars end.
test.each(codes)("%s is read from bars that have run together", async (text) => {
  const symbol = blur(await aSymbol(text, "EAN13", 2), 1.7);
  const read = readEanProfile(spoiled(onto(symbol, symbol.width + 20, symbol.height + 20, 10, 10), 6, 0.6));
  expect(read).toMatchObject({ text });
  expect(read!.fit - read!.nextFit).toBeGreaterThan(0.012);
});

// A reflection hides some digits on some lines, rarely the same on all: the fits of all lines are added.
test("a bright patch over part of the bars does not matter", async () => {
  const symbol = blur(await aSymbol(codes[0]!, "EAN13", 2), 1);
  const { width, height, data } = symbol;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if ((x - width * 0.4) ** 2 + (y - height * 0.35) ** 2 < (height * 0.28) ** 2) data[y * width + x] = 250;
  expect(readEanProfile(spoiled(symbol, 4))?.text).toBe(codes[0]);
});

// The answer is always the best of all codes; what makes it worth something is its lead over the next one.
test("stripes that are no code have no lead, and noise or a blank sheet no answer", async () => {
  const random = spoiled({ data: new Uint8Array(240 * 120).fill(128), width: 240, height: 120 }, 120);
  expect(readEanProfile(random)).toBeUndefined();
  expect(readEanProfile({ data: new Uint8Array(240 * 120).fill(200), width: 240, height: 120 })).toBeUndefined();
  for (const other of ["ABC-1234567", "TALLYLINE 00042", "99887766554433"]) {
    const symbol = await aSymbol(other, "Code128", 2);
    const read = readEanProfile(spoiled(symbol, 5));
    if (!read) continue;
    expect(hasCheckDigit(read.text)).toBe(true);
    expect(read.fit < 0.75 || read.fit - read.nextFit < 0.012).toBe(true);
  }
});
