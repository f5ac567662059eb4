// Plain JavaScript on purpose: it must run on whatever Node the machine has.
// Runs `node <file> <args>` on Node 24 or newer: on this one if it is new enough, else on the one packaged in node_modules.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const flags = ["--disable-warning=ExperimentalWarning"];
const minimum = 24;

/** @param {string} file path below the project folder, or absolute @param {readonly string[]} args */
export function launch(file, args, extraFlags = []) {
  const node = Number(process.versions.node.split(".")[0]) >= minimum ? process.execPath : packagedNode();
  const child = spawn(node, [...flags, ...extraFlags, file, ...args], { stdio: "inherit", cwd: process.cwd() });
  // A terminal sends Ctrl-C to the whole group; a service manager signals only us. Pass on what the child may not have got.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`could not start ${node}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + (signal === "SIGINT" ? 2 : 15) : (code ?? 1)));
}

function packagedNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const binary = new URL(
    `../node_modules/node-${platform}-${process.arch}/bin/node${platform === "win" ? ".exe" : ""}`,
    import.meta.url,
  );
  if (existsSync(binary)) return fileURLToPath(binary);
  return fail(
    `Tallyline needs Node.js ${minimum} or newer; this is ${process.versions.node} on ${process.platform}/${process.arch}, and no packaged Node was found. ` +
      `Install Node.js ${minimum} LTS, or run "npm ci" again without --omit=optional.`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (!file) fail("usage: node scripts/launch.js FILE [ARGS…]");
  launch(file, args, file.includes("jest") ? ["--experimental-vm-modules"] : []);
}
