import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { loadAnomalyModel } from "../../src/vision/model/load-package.ts";
import { encodePng } from "../../src/vision/model/read-picture.ts";
import { type TeachProgress, teachModel } from "../../src/vision/teach/teach.ts";
import { aPicture, writePictures } from "../support/pictures.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/taught-model.ts";
import { aTime } from "../support/units.ts";

let temporary: TemporaryFolder;
beforeEach(async () => {
  temporary = await temporaryFolder();
});
afterEach(() => temporary[Symbol.asyncDispose]());

const request = (over: object = {}) => ({
  images: path.join(temporary.folder, "images"),
  out: path.join(temporary.folder, "models"),
  name: "unit",
  program: "test",
  now: aTime,
  ...over,
});
const packages = (): Promise<string[]> => readdir(path.join(temporary.folder, "models")).catch(() => []);

// The same images must give the same model on any day, or nobody can check what was taught.
test("teaching twice gives the next version with the same graph and the same training id, whatever the files are called", async () => {
  await writePictures(path.join(temporary.folder, "images", "train", "good"), 22);
  const progress: TeachProgress[] = [];
  const first = await teachModel(request({ onProgress: (p: TeachProgress) => progress.push(p) }));
  const second = await teachModel(request());
  expect(await packages()).toEqual(["unit@1", "unit@2"]);
  expect(second.card.files["model.onnx"]).toBe(first.card.files["model.onnx"]);
  expect(second.card.training.id).toBe(first.card.training.id);
  expect(first.card).toMatchObject({ training: { images: 22, emptyImages: 0 }, created: "2025-01-14T09:32:41.124Z" });
  expect(progress.at(-1)).toEqual({ phase: "writing", done: 1, total: 1 });
  await using loaded = await loadAnomalyModel(second.folder);
  // Without empty images nothing is ever absent.
  expect((await loaded.model.inspect(aPicture(1, "empty"))).presence).toBe(1);
  await expect(teachModel(request({ version: 2 }))).rejects.toThrow(/unit@2 exists already/);
}, 30_000);

// Grey cameras and loose photographs are taught like any other.
test("grey images of different sizes are taught when that is allowed, and inspected as they come", async () => {
  for (let i = 0; i < 20; i++) {
    const { data, width } = aPicture(i);
    const grey = { data: data.filter((_, at) => at % 3 === 0), width, height: 96, channels: 1 } as const;
    const cut = { ...grey, data: grey.data.slice(0, width * (90 + (i % 6))), height: 90 + (i % 6) };
    await writePictures(path.join(temporary.folder, "images"), 0);
    await writeFile(path.join(temporary.folder, "images", `${i}.png`), await encodePng(cut));
  }
  await expect(teachModel(request())).rejects.toThrow(
    /is 96 × \d+ px, but .* is 96 × \d+ px\. One camera gives one size/,
  );
  const { card, folder } = await teachModel(request({ anySize: true }));
  expect(card.input).toMatchObject({ channels: 1, anySize: true });
  await using loaded = await loadAnomalyModel(folder);
  const picture = { data: new Uint8Array(50 * 70), width: 50, height: 70, channels: 1 } as const;
  expect((await loaded.model.inspect(picture)).score).toBeGreaterThan(card.threshold.reject);
}, 30_000);

// A refusal says which image and what to do, and leaves nothing half-written behind.
test.each<[string, number, (images: string) => Promise<unknown>, object, RegExp]>([
  ["too few images", 5, async () => undefined, {}, /holds 5 images; at least 20/],
  [
    "a broken image",
    21,
    (f) => writeFile(path.join(f, "zz.png"), "not an image"),
    {},
    /zz\.png cannot be read as an image/,
  ],
  ["a name that cannot be a folder", 21, async () => undefined, { name: "Unit/1" }, /a-z/],
  ["an empty folder that is missing", 21, async () => undefined, { empty: "/nowhere" }, /\/nowhere cannot be read/],
  ["empty images that show units", 21, async () => undefined, { empty: "images" }, /cannot be told from the good ones/],
])(
  "%s: nothing is taught",
  async (_, count, spoil, over, reason) => {
    const images = path.join(temporary.folder, "images");
    await writePictures(images, count);
    await spoil(images);
    const given = "empty" in over && over.empty === "images" ? { empty: images } : over;
    await expect(teachModel(request(given))).rejects.toThrow(reason);
    expect(await packages()).toEqual([]);
  },
  30_000,
);

test("an abort stops the work and leaves nothing behind", async () => {
  await writePictures(path.join(temporary.folder, "images"), 22);
  const abort = new AbortController();
  const work = teachModel(request({ onProgress: () => abort.abort(new Error("enough")) }), abort.signal);
  await expect(work).rejects.toThrow("enough");
  expect(await packages()).toEqual([]);
}, 30_000);
