import { codeBox, frameSize } from "../../src/cameras/synthetic/geometry.ts";
import { type SyntheticOptions, syntheticOptions } from "../../src/cameras/synthetic/options.ts";
import { boxInFrame, placementOf } from "../../src/cameras/synthetic/placement.ts";
import { otherGtins, productGtin } from "../../src/cameras/synthetic/product-code.ts";
import { createSyntheticRenderer } from "../../src/cameras/synthetic/renderer.ts";
import { unitTruth } from "../../src/cameras/synthetic/unit-truth.ts";
import { type CodeReader, openCodeReader } from "../../src/vision/codes/code-reader.ts";
import { parseElementString } from "../../src/vision/codes/gs1.ts";
import { type AcceptedRead, readCascade } from "../../src/vision/codes/read-cascade.ts";

let reader: CodeReader;
beforeAll(async () => {
  reader = await openCodeReader();
});
const lineOf = (over: Record<string, unknown>): SyntheticOptions =>
  syntheticOptions.parse({ seed: 4711, absentRate: 0, defectRate: 0, ...over });
const units = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** What the reading step gets from the code's place in the pictures of units 1…count. */
async function readUnits(options: SyntheticOptions, count: number): Promise<(AcceptedRead | undefined)[]> {
  const { render } = await createSyntheticRenderer(options);
  const reads: (AcceptedRead | undefined)[] = [];
  for (const unit of units(count)) {
    const { data } = render(unit)!;
    const [x, y, width, height] = boxInFrame(placementOf(options.seed, unit), codeBox);
    const grey = new Uint8Array(width * height);
    for (let at = 0; at < grey.length; at++)
      grey[at] = data[((y + ((at / width) | 0)) * frameSize.width + x + (at % width)) * 3 + 1]!;
    const { reads: found } = await readCascade(
      reader,
      { data: grey, width, height },
      { symbologies: ["Data Matrix"], budgetMs: 1_000 },
      () => performance.now(),
    );
    reads.push(found[0]);
  }
  return reads;
}

test("the code of each good unit reads as GS1 with the product's GTIN and the unit's own serial", async () => {
  const options = lineOf({ goodOnly: true });
  for (const [i, read] of (await readUnits(options, 60)).entries()) {
    const { code } = unitTruth(options, i + 1);
    expect(read).toMatchObject({ text: code, isGs1: true });
    expect(parseElementString(read!.text)).toEqual(
      new Map([
        ["01", productGtin],
        ["21", code!.slice(-8)],
      ]),
    );
  }
});

test("a scratched or smeared code is read by no attempt", async () => {
  // One that error correction mends would be a good unit under a wrong name.
  const options = lineOf({ only: "CODE_UNREADABLE", defectRate: 1 });
  const kinds = units(40).map((n) => unitTruth(options, n).defects.map((d) => "kind" in d && d.kind)[0]);
  expect(new Set(kinds)).toEqual(new Set(["scratched", "smeared"]));
  expect((await readUnits(options, 40)).filter((read) => read)).toEqual([]);
});

test("the code of a wrong product reads well, with another valid GTIN", async () => {
  const options = lineOf({ only: "WRONG_PRODUCT", defectRate: 1 });
  const gtins = (await readUnits(options, 30)).map((read) => read?.text.slice(2, 16));
  expect(new Set(gtins)).toEqual(new Set(otherGtins));
});

test("a test piece's code is plain text, so that nothing takes it for a product", async () => {
  const [first, longest] = ["TEST-METAL-1", "test_glass.9_ABCDE"];
  const testPieces = [first, longest].map((code, i) => ({ unit: i + 1, code, defect: "SEAL_TORN" }));
  expect(await readUnits(lineOf({ testPieces }), 2)).toMatchObject([
    { text: first, isGs1: false },
    { text: longest, isGs1: false },
  ]);
});
