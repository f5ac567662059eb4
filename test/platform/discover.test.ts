import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { discover } from "../../src/platform/discover.ts";
import { temporaryFolder } from "../cameras/image-folder.ts";

async function discoverIn(files: Readonly<Record<string, string>>) {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "package.json"), '{"type":"module"}');
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  return await discover(pathToFileURL(`${folder.path}/`), "contract.ts");
}
const definition = (type: string) => `export default { type: "${type}", summary: "A test." };`;

test("finds every file but the contract, by type", async () => {
  const found = await discoverIn({
    "b.ts": definition("bee"),
    "a.ts": definition("ay"),
    "contract.ts": "export {};",
    "notes.md": "",
  });
  expect([...found.keys()]).toEqual(["ay", "bee"]);
});

test("a file without a definition stops the start and is named", async () => {
  // A plug-in that is skipped quietly shows up as "unknown camera type" far from its cause.
  await expect(discoverIn({ "a.ts": "export const helper = 1;" })).rejects.toThrow(
    /a\.ts: no default export.*see contract\.ts/,
  );
});

test("a type that is taken twice stops the start", async () => {
  await expect(discoverIn({ "a.ts": definition("same"), "b.ts": definition("same") })).rejects.toThrow(
    /b\.ts: type "same" is already taken/,
  );
});
