import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readBeside } from "../../src/vision/read-beside.ts";
import { temporaryFolder } from "../support/taught-model.ts";

// A recipe comes by mail and memory stick: it may read what came with it, nothing else of the machine.
test("a recipe reads plain regular files of a sane size beside it, nothing else", async () => {
  await using temporary = await temporaryFolder();
  const folder = path.join(temporary.folder, "recipes");
  mkdirSync(path.join(folder, "more"), { recursive: true });
  for (const name of ["good.png", "more/deep.png", "../secret.txt"]) writeFileSync(path.join(folder, name), "here");
  writeFileSync(path.join(folder, "huge.png"), "");
  truncateSync(path.join(folder, "huge.png"), 64 * 1024 * 1024 + 1);
  expect(Buffer.from(await readBeside(folder, "good.png")).toString()).toBe("here");
  for (const [name, why] of [
    ["../secret.txt", /no plain file name/],
    ["more/deep.png", /no plain file name/],
    ["more\\deep.png", /no plain file name/],
    [path.join(folder, "good.png"), /no plain file name/],
    ["..", /no plain file name/],
    ["more", /no regular file/],
    ["huge.png", /67108865 bytes/],
    ["nowhere.png", /nowhere\.png cannot be read.*beside the recipe/],
  ] as const)
    await expect(readBeside(folder, name)).rejects.toThrow(why);
});
