import { Command } from "commander";
import { stationSetup } from "../station.ts";
import { configOf } from "./config-of.ts";
import { nodesExportCommand } from "./nodes-export.ts";

export const nodesCommand = (version: string): Command =>
  new Command("nodes")
    .description("list the OPC UA nodes of every station, as a client will find them")
    .option("--config <file>", "the site's configuration (default: the demo's)")
    .option("--json", "as JSON")
    // As in main.ts: else the options behind "export" would be taken for those of "nodes".
    .enablePositionalOptions()
    .addCommand(nodesExportCommand(version))
    .action(async (flags: { config?: string; json?: boolean }) => {
      const config = await configOf(flags.config);
      const { listNodes } = await import("../../opcua/listing.ts");
      const nodes = config.stations.flatMap((station) => listNodes(stationSetup(config, station), version));
      if (flags.json) {
        console.log(JSON.stringify(nodes, null, 2));
        return;
      }
      const widest = Math.max(...nodes.map((node) => node.nodeId.length));
      for (const { nodeId, dataType, access, description } of nodes)
        console.log(`${nodeId.padEnd(widest)}  ${(dataType ?? "").padEnd(14)}  ${access.padEnd(10)}  ${description}`);
    });
