import { AttributeIds, ClientMonitoredItem, EventFilter, type EventFilterResult, TimestampsToReturn } from "node-opcua";
import { exportFormats } from "../../../src/opcua/export/formats.ts";
import { exportModel } from "../../../src/opcua/export/model.ts";
import { conformance } from "./support.ts";

interface PublisherEntry {
  readonly OpcNodes: readonly {
    readonly Id: string;
    readonly EventFilter?: {
      readonly SelectClauses: readonly { readonly TypeDefinitionId: string; readonly BrowsePath: readonly string[] }[];
    };
  }[];
}
const qualified = (name: string) => {
  const [, index = "0", text] = /^\/?(?:(\d+):)?(.*)$/.exec(name)!;
  return { namespaceIndex: Number(index), name: text! };
};

conformance("an exported configuration", (the) => {
  const nodes = () => {
    const { site, stations, softwareVersion } = the().subject.setup;
    const of = { site, endpoint: "", securityNone: true, anonymous: true, softwareVersion };
    const text = exportFormats["opc-publisher"]!.render(exportModel(of, stations));
    return (JSON.parse(text) as PublisherEntry[]).flatMap(({ OpcNodes }) => OpcNodes);
  };

  // OPC 10000-4 §5.11.2: a NodeId that the server does not know would be found by the customer, one tag at a time.
  test("names nodes that are there", async () => {
    const ids = nodes().map(({ Id }) => Id);
    const classes = await the().session.read(ids.map((nodeId) => ({ nodeId, attributeId: AttributeIds.NodeClass })));
    expect(ids.length).toBeGreaterThan(150);
    expect(ids.filter((_, i) => !classes[i]!.statusCode.isGood())).toEqual([]);
  });

  // OPC 10000-4 §7.22.3: each select clause is answered by its own status code.
  test("selects fields that the events have", async () => {
    const subscription = await the().session.createSubscription2({
      requestedPublishingInterval: 500,
      requestedLifetimeCount: 100,
      requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0,
      publishingEnabled: true,
      priority: 0,
    });
    for (const { Id, EventFilter: wanted } of nodes()) {
      if (!wanted) continue;
      // One that no event has shows that the answers are answers.
      const clauses = [...wanted.SelectClauses, { TypeDefinitionId: "i=2041", BrowsePath: ["/2:NoSuchField"] }];
      const filter = new EventFilter({
        selectClauses: clauses.map(({ TypeDefinitionId, BrowsePath }) => ({
          typeDefinitionId: TypeDefinitionId,
          browsePath: BrowsePath.map(qualified),
          attributeId: AttributeIds.Value,
        })),
      });
      const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: Id, attributeId: AttributeIds.EventNotifier },
        { samplingInterval: 0, queueSize: 10, filter },
        TimestampsToReturn.Both,
      );
      await new Promise<void>((resolve, reject) => item.once("initialized", resolve).once("err", reject));
      const { selectClauseResults } = item.filterResult as EventFilterResult;
      expect(clauses.filter((_, i) => selectClauseResults![i]!.isNotGood())).toEqual(clauses.slice(-1));
    }
    await subscription.terminate();
  });
});
