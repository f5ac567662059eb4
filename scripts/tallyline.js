// The program's entry point on any Node: see launch.js.
import { fileURLToPath } from "node:url";
import { launch } from "./launch.js";

launch(fileURLToPath(new URL("../src/app/main.ts", import.meta.url)), process.argv.slice(2), [
  "--max-semi-space-size=4", // an edge server runs for years: a little more collecting for a lot less memory
]);
