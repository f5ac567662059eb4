import type { NodeRow } from "./node-row.ts";

/** Number of the first type node; the ones before stay free. */
const firstNumber = 1000;
const header = "Symbol,NodeId,NodeClass";

/** Numbers of our type nodes by symbol, as `NodeIds.csv` holds them. */
export function parseNodeIds(csv: string): Map<string, number> {
  const rows = csv.trimEnd().split("\n").slice(1);
  return new Map(rows.map((row) => row.split(",")).map(([symbol, number]) => [symbol!, Number(number)]));
}

/**
 * The table after this model: rows that exist stay as they are, new nodes get the next numbers.
 *
 * @throws Error when a published node is no longer in the model or became another kind of node: clients hold its NodeId.
 */
export function extendNodeIds(csv: string, nodes: readonly NodeRow[]): string {
  const lines = csv === "" ? [header] : csv.trimEnd().split("\n");
  const known = new Map(lines.slice(1).map((line) => [line.split(",")[0]!, line]));
  const classes = new Map(nodes.map((node) => [String(node.id.id), node.nodeClass]));
  const broken = [...known]
    .filter(([symbol, line]) => classes.get(symbol) !== line.split(",")[2])
    .map(([, line]) => line);
  if (broken.length > 0)
    throw new Error(
      `published type nodes are gone from the model or changed their class; put them back, NodeIds are for ever:\n${broken.join("\n")}`,
    );
  let next = Math.max(firstNumber - 1, ...parseNodeIds(lines.join("\n")).values()) + 1;
  for (const [symbol, nodeClass] of classes) if (!known.has(symbol)) lines.push(`${symbol},${next++},${nodeClass}`);
  return `${lines.join("\n")}\n`;
}
