import { readFileSync } from "node:fs";

/** Everything that a file imports, types and lazy imports too. */
export const imports = (file: string): string[] =>
  [
    ...readFileSync(file, "utf8").matchAll(
      /^(?:import|export)\s(?:[^;"]*?\sfrom\s)?"([^"\n]+)"|\bimport\(\s*"([^"\n]+)"/gm,
    ),
  ].map((m) => (m[1] ?? m[2])!);

/** Imports that are still there when it is loaded: types are gone, lazy ones have not come yet. */
const valueImports = (file: string): string[] =>
  [...readFileSync(file, "utf8").matchAll(/^(?:import|export)\s(?!type\s)(?:[^;"]*?\sfrom\s)?"([^"\n]+)"/gm)].map(
    (m) => m[1]!,
  );

/** Files (from the repository's root) and packages that loading these files loads. */
export function loadedBy(files: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const specifier of valueImports(file))
      if (specifier.startsWith(".")) follow(new URL(specifier, `file:///${file}`).pathname.slice(1));
      else reached.add(specifier);
  };
  for (const file of files) follow(file);
  return reached;
}
