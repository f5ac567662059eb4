import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { AnomalyCard } from "../../src/vision/model/card.ts";
import { loadAnomalyModel } from "../../src/vision/model/load-package.ts";
import { aPicture } from "../support/pictures.ts";
import { type TemporaryFolder, teachSmallModel, temporaryFolder } from "../support/taught-model.ts";

let temporary: TemporaryFolder;
let folder: string;
let card: AnomalyCard;
beforeAll(async () => {
  temporary = await temporaryFolder();
  ({ folder, card } = await teachSmallModel(temporary.folder));
}, 30_000);
afterAll(() => temporary[Symbol.asyncDispose]());

/** Replaces a file of the package for one attempt to load it. */
async function withFile(file: string, change: (bytes: Buffer) => Uint8Array | string, attempt: () => Promise<void>) {
  const original = await readFile(path.join(folder, file));
  await writeFile(path.join(folder, file), change(Buffer.from(original)));
  try {
    await attempt();
  } finally {
    await writeFile(path.join(folder, file), original);
  }
}
const withCard = (change: (card: AnomalyCard) => unknown, attempt: () => Promise<void>) =>
  withFile("card.json", (bytes) => JSON.stringify(change(JSON.parse(String(bytes)) as AnomalyCard)), attempt);

// What the model says must follow from the unit: otherwise everything downstream is theatre.
test("a taught package tells good units, scratched units and the empty place apart", async () => {
  await using loaded = await loadAnomalyModel(folder);
  const [good, scratched, empty] = [
    await loaded.model.inspect(aPicture(9_001)),
    await loaded.model.inspect(aPicture(9_002, "scratched")),
    await loaded.model.inspect(aPicture(9_003, "empty")),
  ];
  expect(good.score).toBeLessThan(card.threshold.reject);
  expect(scratched.score).toBeGreaterThan(card.threshold.reject);
  expect(empty.presence).toBeLessThan(card.presence!.absentBelow);
  expect(Math.min(good.presence, scratched.presence)).toBeGreaterThan(card.presence!.absentBelow);
  expect(good.map).toHaveLength(card.grid.rows * card.grid.columns);
  expect(loaded.ref.id).toBe("unit@1");
});

// One bit can change what is rejected; the ledger would go on naming the old model.
test("a flipped bit in the graph is refused with both hashes", () =>
  withFile(
    "model.onnx",
    (bytes) => {
      bytes[bytes.length >> 1]! ^= 1;
      return bytes;
    },
    () =>
      expect(loadAnomalyModel(folder)).rejects.toMatchObject({
        code: "MODEL_REFUSED",
        message: expect.stringMatching(new RegExp(`model\\.onnx was changed: .*${card.files["model.onnx"]}`)),
      }),
  ));

// Right bytes on a machine that computes something else are as wrong as wrong bytes.
test("a golden sample with another score is refused with what was expected and what came", () =>
  withCard(
    (c) => ({ ...c, golden: c.golden.map((g, i) => (i === 1 ? { ...g, score: g.score + 0.5 } : g)) }),
    () =>
      expect(loadAnomalyModel(folder)).rejects.toThrow(
        new RegExp(`golden/2\\.png gives score .*, the card says ${card.golden[1]!.score + 0.5} ±`),
      ),
  ));

test.each<[string, (card: AnomalyCard) => unknown, RegExp]>([
  ["without a threshold", ({ threshold: _, ...rest }) => rest, /threshold/],
  ["of a future format", (c) => ({ ...c, v: 2 }), /v/],
  ["naming a file outside its folder", (c) => ({ ...c, files: { ...c.files, "../x": "0".repeat(64) } }), /files/],
  [
    "whose graph is missing",
    ({ files: { "model.onnx": _, ...files }, ...c }) => ({ ...c, files }),
    /names no model\.onnx/,
  ],
  [
    "with a golden sample that nobody hashed",
    (c) => ({ ...c, golden: [{ ...c.golden[0]!, file: "golden/9.png" }] }),
    /golden\/9\.png/,
  ],
])("a card %s is refused", (_, change, reason) =>
  withCard(change, () => expect(loadAnomalyModel(folder)).rejects.toThrow(reason)),
);

test("a folder that is no package, and a card that is no JSON, are refused by name", async () => {
  await expect(loadAnomalyModel(temporary.folder)).rejects.toThrow(/card\.json cannot be read/);
  await withFile(
    "card.json",
    () => "{",
    () => expect(loadAnomalyModel(folder)).rejects.toThrow(/card\.json is not JSON/),
  );
});

// What the demo starts with: it must be whole in the repository and compute here what it computed where it was taught.
test("the shipped package loads and names its origin and licence", async () => {
  await using loaded = await loadAnomalyModel(fileURLToPath(new URL("../../models/snack-bag@2", import.meta.url)));
  expect(loaded.card).toMatchObject({ input: { width: 640, height: 512, channels: 3 }, golden: { length: 3 } });
  expect(loaded.card.backbone.licence).toMatch(/Apache License 2\.0.*MIT License/);
});
