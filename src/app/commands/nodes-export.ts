import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { Command } from "commander";
import type { Config } from "../../config/schema.ts";
import { AppError, errorText } from "../../platform/errors.ts";
import { stationSetup } from "../station.ts";
import { configOf } from "./config-of.ts";

/** The export cannot be made as asked for; the message says what there is. */
class ExportError extends AppError {
  readonly code = "EXPORT";
}

/** Where clients reach the server: an address that stands for all of them is replaced by this machine's name. */
const endpointOf = ({ opcua: { host, port } }: Config): string =>
  `opc.tcp://${host === "0.0.0.0" || host === "::" ? hostname() : host.includes(":") ? `[${host}]` : host}:${port}/tallyline`;

interface Flags {
  readonly for: string;
  readonly config?: string;
  readonly endpoint?: string;
  readonly station?: string;
  readonly out?: string;
}

export const nodesExportCommand = (version: string): Command =>
  new Command("export")
    .description("write a client's configuration for the nodes and events of this site")
    .requiredOption("--for <client>", "telegraf, ignition, aveva, opc-publisher or csv")
    .option("--config <file>", "the site's configuration (default: the demo's)")
    .option("--endpoint <url>", "where the client reaches the server (default: from the configuration)")
    .option("--station <id>", "only this station")
    .option("--out <file>", "write to a file instead of standard output")
    .action(async (flags: Flags, command: Command) => {
      const [{ exportFormats }, { exportModel }] = await Promise.all([
        import("../../opcua/export/formats.ts"),
        import("../../opcua/export/model.ts"),
      ]);
      const format = Object.hasOwn(exportFormats, flags.for) ? exportFormats[flags.for] : undefined;
      if (!format) {
        const known = Object.entries(exportFormats).map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`);
        throw new ExportError(`there is no export for "${flags.for}"; there are:\n${known.join("\n")}`);
      }
      if (flags.endpoint && !/^opc\.tcp:\/\/[^/\s]+/.test(flags.endpoint))
        throw new ExportError(
          `--endpoint ${flags.endpoint} is no OPC UA address; write opc.tcp://<host>:<port>/tallyline`,
        );
      // `nodes --config FILE export` means the same site.
      const config = await configOf(flags.config ?? command.parent?.opts<Pick<Flags, "config">>().config);
      const stations = config.stations.filter(({ id }) => flags.station === undefined || id === flags.station);
      if (stations.length === 0)
        throw new ExportError(
          `there is no station ${flags.station}; there are: ${config.stations.map(({ id }) => id).join(", ")}`,
        );
      const model = exportModel(
        {
          site: config.site.name,
          endpoint: flags.endpoint ?? endpointOf(config),
          securityNone: config.opcua.securityNone,
          anonymous: config.opcua.anonymous !== "off",
          softwareVersion: version,
        },
        stations.map((station) => stationSetup(config, station)),
      );
      const text = format.render(model);
      if (!flags.out) {
        process.stdout.write(text);
        return;
      }
      try {
        writeFileSync(flags.out, text);
      } catch (error) {
        throw new ExportError(
          `${flags.out} cannot be written: ${errorText(error)}; give --out a file in a folder of yours`,
          {
            cause: error,
          },
        );
      }
      console.error(`${flags.out} written. ${format.summary}`);
    });
