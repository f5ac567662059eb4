import aveva from "./aveva.ts";
import csv from "./csv.ts";
import type { ExportFormat } from "./format.ts";
import ignition from "./ignition.ts";
import opcPublisher from "./opc-publisher.ts";
import telegraf from "./telegraf.ts";

/** What `nodes export --for` takes. */
export const exportFormats: Readonly<Record<string, ExportFormat>> = {
  telegraf,
  ignition,
  aveva,
  "opc-publisher": opcPublisher,
  csv,
};
