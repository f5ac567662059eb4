import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lockFolder } from "../../src/platform/folder-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tallyline-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

// Two writers on one ledger would be the end of it; a lock that outlives a kill would be the end of a night's sleep.
test("a second start is refused with the owner's pid; after SIGKILL the folder is free at once", async () => {
  const script = join(folder, "hold.mjs");
  writeFileSync(
    script,
    `const { lockFolder } = await import(${JSON.stringify(new URL("../../src/platform/folder-lock.ts", import.meta.url).href)});
     globalThis.lock = lockFolder(${JSON.stringify(join(folder, "data"))}); process.send("locked"); setInterval(() => {}, 1000);`,
  );
  const holder = fork(script, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  await once(holder, "message");
  expect(() => lockFolder(join(folder, "data"))).toThrow(
    new RegExp(`in use by another Tallyline \\(process ${holder.pid},.*TALLYLINE_DATA`),
  );
  const gone = once(holder, "exit");
  holder.kill("SIGKILL");
  await gone;
  using lock = lockFolder(join(folder, "data"));
  expect(lock).toBeDefined();
}, 20_000);

test("a folder that cannot be made is refused with what to do", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => lockFolder(join(file, "data"))).toThrow(/cannot be written.*TALLYLINE_DATA/s);
});
