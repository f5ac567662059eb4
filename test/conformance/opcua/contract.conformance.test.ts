import { AttributeIds, type ClientSession, NodeClass } from "node-opcua";
import { contractOf } from "../../../nodeset/contract.ts";
import { exampleStation } from "../../../nodeset/example-station.ts";
import { facetNames } from "../../../nodeset/station-shape.ts";
import { typeNumbers } from "../../../src/opcua/server-options.ts";
import { aSetup } from "../../opcua/support/rig.ts";
import { aSubject } from "./support.ts";

const numbers = typeNumbers();
/** The contract's node as a client addresses it. */
const nodeIdOf = (key: string): string => {
  const [index, id] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
  return index === "2" ? `ns=2;i=${numbers.get(id)}` : `ns=${index};s=${id}`;
};
const isNode = (key: string): boolean => /^[23]:[^ ]+( Configuration[^ ]*)?$/.test(key);

/** What a client reads of each node of the contract: class, browse name and data type; "" for one that is not there. */
async function seen(session: ClientSession, keys: readonly string[]): Promise<Record<string, string>> {
  const attributes = [AttributeIds.NodeClass, AttributeIds.BrowseName, AttributeIds.DataType];
  const all: Record<string, string> = {};
  for (let from = 0; from < keys.length; from += 300) {
    const some = keys.slice(from, from + 300);
    const values = await session.read(
      some.flatMap((key) => attributes.map((attributeId) => ({ nodeId: nodeIdOf(key), attributeId }))),
    );
    some.forEach((key, i) => {
      const [nodeClass, name, dataType] = values.slice(i * 3, i * 3 + 3).map(({ value }) => value.value);
      all[key] = nodeClass === null ? "" : `${NodeClass[nodeClass]} ${name} ${dataType ?? ""}`;
    });
  }
  return all;
}

const station = { ...aSetup().stations[0]!, ...exampleStation, id: "LINE-01" };
const runs = {
  "every facet": [{ ...station, facets: facetNames }],
  "no facet, and a station in front": [
    { ...station, id: "LINE-00", facets: [] },
    { ...station, facets: [] },
  ],
} as const;

// Clients store NodeIds and namespace indexes for years: neither a restart nor another configuration may move one.
test("restart, facets on and off, a second station: the published nodes are where they were", async () => {
  const contract = contractOf();
  const found: { namespaces: readonly string[]; nodes: Record<string, string> }[] = [];
  for (const stations of Object.values(runs)) {
    await using subject = await aSubject({ stations });
    await using client = await subject.connect("None");
    found.push({
      namespaces: (await client.session.readNamespaceArray()).slice(2),
      nodes: await seen(client.session, Object.keys(contract).filter(isNode)),
    });
  }
  const [full, bare] = found as [(typeof found)[0], (typeof found)[0]];
  // The server has what the model says, and says it as the model does.
  const missing = Object.entries(full.nodes).filter(([key, text]) => !text.startsWith(contract[key]!.split(" ")[0]!));
  expect(missing).toEqual([]);
  expect(Object.keys(full.nodes).length).toBeGreaterThan(500);
  expect(bare.namespaces).toEqual(full.namespaces);
  const withoutFacets = contractOf([{ ...exampleStation, facets: [] }]);
  const moved = Object.keys(withoutFacets)
    .filter(isNode)
    .filter((key) => bare.nodes[key] !== full.nodes[key]);
  expect(moved).toEqual([]);
}, 60_000);
