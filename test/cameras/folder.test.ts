import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import type { z } from "zod";
import { parseCsv } from "../../src/cameras/folder/csv.ts";
import folder from "../../src/cameras/folder.ts";
import { fakeClock } from "../support/fake-clock.ts";
import { collectEvents } from "./collect-events.ts";
import { levelImage, temporaryFolder } from "./image-folder.ts";

type Options = z.input<typeof folder.options>;

/** Opens the camera, gives it so many triggers one by one, and returns all that it said. */
async function replay(options: Options, triggers: number) {
  const events = collectEvents();
  await using camera = await folder.open(folder.options.parse(options), events, fakeClock(), "CAM-01");
  for (let triggerId = 1; triggerId <= triggers; triggerId++) {
    const before = events.log.length;
    camera.trigger({ station: "LINE-01", triggerId, at: 0 });
    await events.until(() => events.log.length > before);
  }
  return events;
}
const reds = (events: { frames: readonly { data: Uint8Array }[] }) => events.frames.map((f) => f.data[0]);

test("replays in order of the name, one image per trigger, and starts again after the last", async () => {
  // A bench pairs frames with labels by this order; the order in which a file system lists differs between machines.
  await using images = await temporaryFolder();
  for (const [name, level] of [
    ["b.png", 20],
    ["a.png", 10],
    ["c.PNG", 30],
  ] as const)
    await levelImage(level).png().toFile(join(images.path, name));
  await writeFile(join(images.path, "notes.txt"), "not an image");
  const events = await replay({ path: images.path }, 5);
  expect(reds(events)).toEqual([10, 20, 30, 10, 20]);
  expect(events.frames.map((f) => f.triggerId)).toEqual([1, 2, 3, 4, 5]);
});

// Vision processes take turns and look side by side: both have to see the unit that passes, not the first of the folder.
test("opened in the middle of a run, it goes on with the image of that trigger", async () => {
  await using images = await temporaryFolder();
  for (const level of [10, 20, 30])
    await levelImage(level)
      .png()
      .toFile(join(images.path, `${level}.png`));
  const events = collectEvents();
  await using camera = await folder.open(folder.options.parse({ path: images.path }), events, fakeClock(), "CAM-01");
  for (const ordinal of [5, 6, 7]) {
    camera.trigger({ station: "LINE-01", triggerId: ordinal, at: 0, ordinal });
    await events.until(() => events.frames.length === ordinal - 4);
  }
  expect(reds(events)).toEqual([20, 30, 10]);
});

test("looks into subfolders when asked to", async () => {
  await using images = await temporaryFolder();
  await mkdir(join(images.path, "later"));
  await levelImage(10).png().toFile(join(images.path, "a.png"));
  await levelImage(20)
    .png()
    .toFile(join(images.path, "later", "b.png"));
  expect(reds(await replay({ path: images.path }, 2))).toEqual([10, 10]);
  expect(reds(await replay({ path: images.path, recursive: true }, 2))).toEqual([10, 20]);
});

test("labels.csv chooses the images and their order", async () => {
  await using images = await temporaryFolder();
  for (const level of [10, 20, 30])
    await levelImage(level)
      .png()
      .toFile(join(images.path, `${level}.png`));
  await writeFile(
    join(images.path, "labels.csv"),
    'file,label,defect_class,split\r\n30.png,good,,test\r\n"20.png",defect,"a ""quoted"", class",test\r\n10.png,good,,train\r\n',
  );
  expect(reds(await replay({ path: images.path, labels: "labels.csv", split: "test" }, 3))).toEqual([30, 20, 30]);
  expect(reds(await replay({ path: images.path, labels: "labels.csv", label: "good" }, 2))).toEqual([30, 10]);
  await expect(replay({ path: images.path, labels: "labels.csv", split: "tset" }, 1)).rejects.toThrow(
    /none of 3 rows has split "tset".*it has split test, train/,
  );
});

test("parses quoted fields, line breaks in them, a byte order mark and short rows", () => {
  expect(parseCsv('\uFEFFfile,label,note\n"a,1.png","x","two\nlines"\n\nb.png,y\n')).toEqual([
    { file: "a,1.png", label: "x", note: "two\nlines" },
    { file: "b.png", label: "y" },
  ]);
});

test.each([
  ["grey JPEG", () => levelImage(200).toColourspace("b-w").jpeg(), 1],
  ["colour WebP", () => levelImage(200).webp(), 3],
  ["16-bit grey PNG", () => levelImage(200).toColourspace("grey16").png(), 1],
  ["16-bit colour PNG", () => levelImage(200).toColourspace("rgb16").png(), 3],
  ["PNG with palette", () => levelImage(200).png({ palette: true }), 3],
  ["PNG with transparency", () => levelImage(200).ensureAlpha(0.5).png(), 3],
  ["1-bit PNG", () => levelImage(200).threshold(10).png({ colours: 2 }), 3],
  ["CMYK JPEG", () => levelImage(200).toColourspace("cmyk").jpeg(), 3],
] as const)("a %s becomes 8-bit with the right number of channels", async (_, draw, channels) => {
  // A step that takes length for granted would read another picture's bytes.
  await using images = await temporaryFolder();
  await draw().toFile(join(images.path, "image.png"));
  const { frames, unreadables } = await replay({ path: images.path }, 1);
  expect(unreadables).toEqual([]);
  expect(frames[0]).toMatchObject({ width: 8, height: 6, channels });
  expect(frames[0]!.data).toHaveLength(8 * 6 * channels);
});

test("colour can be forced, so that one model input fits a mixed folder", async () => {
  await using images = await temporaryFolder();
  await levelImage(200).toColourspace("b-w").png().toFile(join(images.path, "a.png"));
  await levelImage(200).png().toFile(join(images.path, "b.png"));
  const channels = async (colour: "rgb" | "grey") =>
    (await replay({ path: images.path, colour }, 2)).frames.map((f) => f.channels);
  expect(await channels("rgb")).toEqual([3, 3]);
  expect(await channels("grey")).toEqual([1, 1]);
});

test("an unreadable file is reported for its trigger by name, and the next one is shown", async () => {
  // The unit becomes a record with this reason; the person at the line has to find the file.
  await using images = await temporaryFolder();
  await levelImage(10).png().toFile(join(images.path, "a.png"));
  await sharp({
    create: { width: 64, height: 64, channels: 3, background: "red", noise: { type: "gaussian", mean: 99, sigma: 40 } },
  })
    .jpeg()
    .toFile(join(images.path, "c.jpg"));
  await writeFile(join(images.path, "b.png"), "this is no image");
  await writeFile(join(images.path, "c.jpg"), (await readFile(join(images.path, "c.jpg"))).subarray(0, 900));
  await levelImage(40).png().toFile(join(images.path, "d.png"));
  const events = await replay({ path: images.path }, 4);
  expect(events.log).toEqual(["state ok", "frame 1", "unreadable 2", "unreadable 3", "frame 4"]);
  expect(events.unreadables.map((u) => u.reason)).toEqual([
    expect.stringMatching(/^image b\.png cannot be read: /),
    expect.stringMatching(/^image c\.jpg cannot be read: /),
  ]);
});

test("without loop it is gone after the last image and says why", async () => {
  await using images = await temporaryFolder();
  for (const level of [10, 20, 30])
    await levelImage(level)
      .png()
      .toFile(join(images.path, `${level}.png`));
  const events = await replay({ path: images.path, loop: false }, 4);
  expect(events.log).toEqual(["state ok", "frame 1", "frame 2", "frame 3", "state gone"]);
  expect(events.states.at(-1)!.reason).toMatch(/all 3 images were shown and loop is off/);
});

test("when the folder vanishes it is gone, and comes back by itself with the next image", async () => {
  // A network drive that drops out must not need a restart of the line.
  await using images = await temporaryFolder();
  const [path, away] = [join(images.path, "here"), join(images.path, "away")];
  await mkdir(path);
  for (const level of [10, 20, 30, 40, 50])
    await levelImage(level)
      .png()
      .toFile(join(path, `${level}.png`));
  const clock = fakeClock();
  const events = collectEvents();
  await using camera = await folder.open(folder.options.parse({ path }), events, clock, "CAM-01");
  const shoot = async (triggerId: number) => {
    const before = events.log.length;
    camera.trigger({ station: "LINE-01", triggerId, at: 0 });
    await events.until(() => events.log.length > before);
  };
  await shoot(1);
  await rename(path, away);
  let id = 1;
  while (events.states.at(-1)!.state !== "gone") await shoot(++id);
  const shown = events.frames.length;
  expect(events.states.at(-1)!.reason).toMatch(/here cannot be read; check the path/);
  expect(events.unreadables).toEqual([]);

  await rename(away, path);
  clock.advance(1_000);
  await events.until(() => events.states.at(-1)!.state === "ok");
  await shoot(++id);
  expect(reds(events).at(-1)).toBe([10, 20, 30, 40, 50][shown % 5]);
});

test("refuses to open what it cannot replay, and says what to do", async () => {
  await using images = await temporaryFolder();
  const open = (options: Options) => replay(options, 0);
  await expect(open({ path: join(images.path, "nowhere") })).rejects.toMatchObject({
    code: "CAMERA_FOLDER",
    message: expect.stringMatching(/nowhere cannot be read; check the path/),
  });
  await expect(open({ path: images.path })).rejects.toThrow(/has no images .* set recursive: true/);
  await expect(open({ path: images.path, labels: "labels.csv" })).rejects.toThrow(
    /labels file .*labels\.csv cannot be read/,
  );
  await writeFile(join(images.path, "labels.csv"), "name,label\na.png,good\n");
  await expect(open({ path: images.path, labels: "labels.csv" })).rejects.toThrow(/no column "file"/);
});
