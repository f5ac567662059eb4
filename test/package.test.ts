import { readFileSync } from "node:fs";

interface LockEntry {
  readonly integrity?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>;
const manifest = read("package.json");
const lock = read("package-lock.json") as unknown as { packages: Record<string, LockEntry> };

// An edge server is installed again after years; what it gets then must be what was tested.
test.each(["dependencies", "devDependencies", "optionalDependencies", "overrides"])(
  "%s are pinned exactly",
  (group) => {
    const loose = Object.entries(manifest[group] ?? {}).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  },
);

// npm writes locks that its own `npm ci` refuses when an optional platform package is missing from them (npm/cli#9846).
test("every optional package that the lock names is in it, with its integrity", () => {
  const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter((name) => {
      // Node's resolution: below the package itself, then upwards.
      for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
        const found = lock.packages[`${folder === "" ? "" : `${folder}/`}node_modules/${name}`];
        if (found) return found.integrity === undefined;
        if (folder === "" || !folder.includes("node_modules/"))
          return lock.packages[`node_modules/${name}`]?.integrity === undefined;
        if (!folder.includes("/node_modules/")) folder = "";
      }
    }),
  );
  expect(missing).toEqual([]);
});

test("the lock names no registry", () => {
  expect(Object.values(lock.packages).filter((entry) => entry.resolved?.startsWith("http"))).toEqual([]);
});

// onnxruntime-node's install script downloads GPU binaries and rolls the whole install back without a network.
test("no dependency may run an install script", () => {
  const scripts = Object.entries(lock.packages)
    .filter(([, entry]) => (entry as { hasInstallScript?: boolean }).hasInstallScript)
    .map(([path]) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length));
  const allowed = manifest["allowScripts"] as unknown as Record<string, boolean>;
  expect(scripts.filter((name) => name !== "fsevents" && allowed[name] !== false)).toEqual([]);
});
