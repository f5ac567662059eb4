import { Command } from "commander";
import { loadConfig, parseConfig } from "../../config/load.ts";
import { demoConfig } from "../demo.ts";
import { discoverPlugins } from "../plugins.ts";
import { stationSetup } from "../station.ts";

export const nodesCommand = (version: string): Command =>
  new Command("nodes")
    .description("list the OPC UA nodes of every station, as a client will find them")
    .option("--config <file>", "the site's configuration (default: the demo's)")
    .option("--json", "as JSON")
    .action(async (flags: { config?: string; json?: boolean }) => {
      const plugins = await discoverPlugins();
      const config = flags.config
        ? loadConfig(flags.config, plugins)
        : parseConfig("the demo's configuration", demoConfig(), plugins);
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
