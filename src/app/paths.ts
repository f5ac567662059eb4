import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "../platform/errors.ts";

/** The program's own folder. */
export const programFolder = fileURLToPath(new URL("../../", import.meta.url));

/** Recipes that ship with the program. */
export const shippedRecipes = join(programFolder, "models", "recipes");

/** What lies where in the data folder; the one place that knows. */
export const dataPaths = (data: string) => ({
  ledger: join(data, "ledger"),
  pki: join(data, "pki"),
  /** Made by the OPC UA process at its first start. */
  serverCertificate: join(data, "pki", "own", "certs", "certificate.pem"),
  evidence: join(data, "evidence"),
  models: join(data, "models"),
  recipes: join(data, "recipes"),
  compileCache: join(data, "cache", "compile"),
});

/** Where data go: `TALLYLINE_DATA`, else `./data`. */
export const dataFolder = (env: NodeJS.ProcessEnv): string => env["TALLYLINE_DATA"] || join(process.cwd(), "data");

class ModelMissingError extends AppError {
  readonly code = "MODEL_MISSING";
}

/** The folder of a model package: taught ones first, then those that ship. @throws AppError naming both places. */
export function findModel(id: string, data: string): string {
  const places = [join(dataPaths(data).models, id), join(programFolder, "models", id)];
  const found = places.find((folder) => existsSync(folder));
  if (found) return found;
  throw new ModelMissingError(
    `model package ${id} is neither in ${places[0]} nor in ${places[1]}; teach it with "tallyline teach --images DIR --name ${id.split("@")[0]}", or correct its name where the recipe or the configuration gives it`,
  );
}
