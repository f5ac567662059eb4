import { z } from "zod";

/** `<name>@<version>` of a model package, as recipes and the configuration write it. */
export const modelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,47}@\d+$/, 'use <name>@<version>, e.g. snack-bag@2; "tallyline teach" prints it');
