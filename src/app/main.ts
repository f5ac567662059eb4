import { readFileSync } from "node:fs";
import { Command } from "commander";
import { AppError } from "../platform/errors.ts";
import { calibrateCommand } from "./commands/calibrate.ts";
import { checkCommand } from "./commands/check.ts";
import { ledgerCommand } from "./commands/ledger.ts";
import { modelCommand } from "./commands/model.ts";
import { nodesCommand } from "./commands/nodes.ts";
import { recipeCommand } from "./commands/recipe.ts";
import { startCommand } from "./commands/start.ts";
import { teachCommand } from "./commands/teach.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("tallyline")
  .description("Vision inspection for packaging lines, served by OPC UA: every unit accounted for.")
  .version(version)
  // What stands behind a command is the command's, also where the command before it has an option of that name.
  .enablePositionalOptions()
  .showHelpAfterError()
  .addHelpText("after", "\nData go to ./data, or to the folder that TALLYLINE_DATA names.");
for (const command of [
  startCommand,
  teachCommand,
  checkCommand,
  calibrateCommand,
  recipeCommand,
  modelCommand,
  ledgerCommand,
  nodesCommand,
])
  program.addCommand(command(version));

// Whoever reads may have had enough (`| head`): what is left to print is for nobody. A line that runs goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  // What we raise on purpose is a sentence for the person at the line; anything else is a fault of ours and keeps its trace.
  console.error(error instanceof AppError ? `tallyline: ${error.message}\n(${error.code})` : error);
  process.exitCode = 1;
}
