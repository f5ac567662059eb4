import {
  AttributeIds,
  ContentFilter,
  constructEventFilter,
  DataType,
  EventFilter,
  FilterOperator,
  HistoryReadRequest,
  LiteralOperand,
  MessageSecurityMode,
  OPCUAClient,
  ReadEventDetails,
  resolveNodeId,
  SecurityPolicy,
  SimpleAttributeOperand,
  TimestampsToReturn,
  type Variant,
} from "node-opcua";
import { listenToUnits } from "../../soak/unit-listener.ts";

// A stranger's client: it knows the address space by its public names only.
const fields = ["EventId", "Time", "ReceiveTime", "Message", "Severity"];
const ownFields = ["Sequence", "Lot", "OrderId", "Verdict", "DefectClass", "UnitId", "RecordHash", "PreviousSequence"];
const site = 3;
const types = 2;

/** Values of the events of one page, in the order of `fields`, and how to go on. */
interface Page {
  readonly sequences: readonly number[];
  readonly continuationPoint: Buffer | undefined;
}

export interface HistoryClient extends AsyncDisposable {
  /** First page of all events of a lot. */
  byLot(station: string, lot: string): Promise<Page>;
  /** First page of the units with sequences between two, neither included. */
  between(station: string, low: number, high: number): Promise<Page>;
  goOn(station: string, continuationPoint: Buffer): Promise<Page>;
  /** Says that nobody goes on. */
  release(station: string, continuationPoint: Buffer): Promise<void>;
  /** The newest unit that the server has told of. */
  headSequence(station: string): Promise<number>;
}

const operand = (name: string): SimpleAttributeOperand =>
  new SimpleAttributeOperand({
    typeDefinitionId: resolveNodeId("i=2041"),
    browsePath: [{ namespaceIndex: types, name }],
    attributeId: AttributeIds.Value,
  });
const condition = (filterOperator: FilterOperator, name: string, dataType: DataType, ...values: unknown[]) => ({
  filterOperator,
  filterOperands: [operand(name), ...values.map((value) => new LiteralOperand({ value: { dataType, value } }))],
});

export async function historyClient(endpoint: string): Promise<HistoryClient> {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    connectionStrategy: { maxRetry: 1 },
  });
  await client.connect(endpoint);
  const session = await client.createSession();
  const { selectClauses } = constructEventFilter([...fields, ...ownFields.map((name) => `${types}:${name}`)]);

  async function read(
    station: string,
    where: ContentFilter,
    continuationPoint?: Buffer,
    releaseContinuationPoints = false,
  ): Promise<Page> {
    const { results } = await session.historyRead(
      new HistoryReadRequest({
        historyReadDetails: new ReadEventDetails({
          startTime: new Date(Date.UTC(2000, 0)),
          endTime: new Date(Date.UTC(2100, 0)),
          numValuesPerNode: 0,
          filter: new EventFilter({ selectClauses, whereClause: where }),
        }),
        timestampsToReturn: TimestampsToReturn.Both,
        releaseContinuationPoints,
        nodesToRead: [{ nodeId: `ns=${site};s=${station}`, ...(continuationPoint && { continuationPoint }) }],
      }),
    );
    const result = results![0]!;
    if (result.statusCode.value >>> 30 !== 0) throw new Error(`history: ${result.statusCode.toString()}`);
    const { events } = (result.historyData as unknown as { events?: { eventFields: Variant[] }[] } | null) ?? {};
    return {
      sequences: (events ?? []).map(({ eventFields }) => Number(eventFields[fields.length]!.value)),
      continuationPoint: result.continuationPoint?.length > 0 ? result.continuationPoint : undefined,
    };
  }
  const everything = new ContentFilter({ elements: [] });
  return {
    byLot: (station, lot) =>
      read(station, new ContentFilter({ elements: [condition(FilterOperator.Equals, "Lot", DataType.String, lot)] })),
    between: (station, low, high) =>
      read(
        station,
        new ContentFilter({
          elements: [condition(FilterOperator.Between, "Sequence", DataType.UInt32, low + 1, high - 1)],
        }),
      ),
    headSequence: async (station) =>
      Number((await session.read({ nodeId: `ns=${site};s=${station}/Ledger/HeadSequence` })).value.value),
    release: async (station, point) => void (await read(station, everything, point, true)),
    goOn: (station, point) => read(station, everything, point),
    async [Symbol.asyncDispose]() {
      await session.close();
      await client.disconnect();
    },
  };
}

/** What a client that was away does: listen again, then ask history for what lies between. */
export async function recover(
  endpoint: string,
  station: string,
  lastSeen: number,
): Promise<{
  readonly history: readonly number[];
  readonly live: Awaited<ReturnType<typeof listenToUnits>>;
  readonly pages: number;
}> {
  const live = await listenToUnits(endpoint, station);
  await using client = await historyClient(endpoint);
  while (live.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const history: number[] = [];
  let page = await client.between(station, lastSeen, live.seen[0]!.sequence);
  let pages = 1;
  history.push(...page.sequences);
  for (; page.continuationPoint; pages++) {
    page = await client.goOn(station, page.continuationPoint);
    history.push(...page.sequences);
  }
  return { history, live, pages };
}
