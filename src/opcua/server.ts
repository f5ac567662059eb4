import { BinaryStream, MonitoredItem, ObjectIds, OPCUAServer, Subscription, type UAObject, Variant } from "node-opcua";
import { namespaceIndexes } from "../../nodeset/namespaces.ts";
import { standard } from "../../nodeset/node-row.ts";
import type { Committed } from "../domain/ledger-entry.ts";
import type { LedgerReader } from "../ledger/ledger.ts";
import { AppError, errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { replay } from "../projections/replay.ts";
import { closeForWriting, mayCommand, offerNoUserCertificates } from "./access.ts";
import { alarmMethods } from "./alarm-methods.ts";
import { createCallTime } from "./call-time.ts";
import { challengeMethods } from "./challenge-methods.ts";
import { closeMethods } from "./closed-methods.ts";
import type { CommandPort } from "./commands.ts";
import { serveConditionRefresh } from "./condition-refresh.ts";
import { bindContextRequest } from "./context-request.ts";
import { installEventPath } from "./events/event-items.ts";
import { createLiveEvents, type LiveEvents } from "./events/live.ts";
import { readEventTypes } from "./events/read-event-types.ts";
import { retainedEvents } from "./events/retained.ts";
import { type EvidenceService, serveEvidence } from "./evidence/serve-evidence.ts";
import { facetMethods } from "./facet-methods.ts";
import { breathe, follow } from "./follow.ts";
import { guardStack } from "./guard.ts";
import type { HistoryContext } from "./history/events.ts";
import { createHistoryPort } from "./history/port.ts";
import type { HistoryPort } from "./history/requests.ts";
import { serveHistory } from "./history/service.ts";
import { cutIdleSockets } from "./idle-sockets.ts";
import { jobMethodRows } from "./jobs/methods.ts";
import { boundRequest, capabilities, maximumLifetimeMs } from "./limits.ts";
import type { OpcUaSetup, Vitals } from "./messages.ts";
import { describeMethods } from "./method-descriptions.ts";
import { bindMethodTable } from "./method-table.ts";
import { stationMethods } from "./methods.ts";
import { markMissingValues } from "./missing-values.ts";
import { recipeMethods } from "./recipe-methods.ts";
import { givenByEvent } from "./results/given.ts";
import { resultMethodRows } from "./results/methods.ts";
import { watchOldestTimes } from "./results/oldest-times.ts";
import { resultVariants } from "./results/result-object.ts";
import { selfTestMethods } from "./self-test-methods.ts";
import { modelRows, serverOptions, typeNumbers } from "./server-options.ts";
import { bindServerState } from "./server-state.ts";
import { shadowMethods } from "./shadow-methods.ts";
import { allowShelvingByCondition } from "./shelving-by-condition.ts";
import type { LedgerHead } from "./snapshot.ts";
import { createStation } from "./station.ts";
import { answerUnservedMethods } from "./type-methods.ts";
import { answerUndecodable } from "./undecodable.ts";
import { removeUnservedObjects } from "./unserved-objects.ts";

/** The endpoint cannot be opened as configured; the message says what to do. */
export class EndpointError extends AppError {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The running server, seen from its process. */
export interface InspectionServer extends AsyncDisposable {
  /** `opc.tcp://…` addresses that clients can use. */
  readonly endpoints: readonly string[];
  /** How long it took to fill the address space from the ledger, ms. */
  readonly filledInMs: number;
  /** There are new entries in the ledger. */
  nudge(): void;
  tell(vitals: Vitals): void;
  clients(): { readonly sessions: number; readonly subscriptions: number };
  readonly live: LiveEvents;
}

export interface InspectionServerDeps {
  readonly reader: LedgerReader;
  readonly commands: CommandPort;
  /** Opens what reads history and ends with the server; a thread on the ledger's folder when absent. */
  readonly openHistory?: (context: HistoryContext) => HistoryPort;
  readonly log: Log;
  /** The ledger cannot be read any further: the address space would grow old without a word. */
  readonly onFailure: (error: unknown) => void;
  /** How long a connection may stay without a session, ms; 30 s when absent. */
  readonly idleSocketMs?: number;
  /** How long the core may be silent before it is not believed any more, ms; 5 s when absent. */
  readonly silenceMs?: number;
  /** When the methods of one Call have taken so long, ms, the rest is not begun: BadTimeout each; 5 s when absent. */
  readonly callMs?: number;
}

/** Static limits that node-opcua keeps per process. */
function boundStack(): void {
  Subscription.maximumLifetimeDuration = maximumLifetimeMs;
  MonitoredItem.minimumSamplingInterval = 50;
  BinaryStream.maxArrayLength = capabilities.maxArrayLength;
  Variant.maxArrayLength = capabilities.maxArrayLength;
  BinaryStream.maxStringLength = capabilities.maxStringLength;
  BinaryStream.maxByteStringLength = capabilities.maxByteStringLength;
}

const openFailures: Readonly<Record<string, (setup: OpcUaSetup) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port ${port} on ${host} is in use; stop the program that uses it, or set another port for OPC UA`,
  EADDRNOTAVAIL: ({ host }) => `this machine has no address ${host}; set one of its own addresses as host for OPC UA`,
  ENOTFOUND: ({ host }) =>
    `the host name ${host} cannot be resolved; set one of this machine's addresses as host for OPC UA`,
  EACCES: ({ port }) => `this user may not listen on port ${port}; set one above 1023 for OPC UA`,
};
function endpointError(error: unknown, setup: OpcUaSetup): unknown {
  const text = errorText(error);
  const code = Object.keys(openFailures).find((c) => (error as { code?: string }).code === c || text.includes(c));
  return code ? new EndpointError(code, openFailures[code]!(setup), error) : error;
}

/**
 * Fills the address space from snapshot and tail, then opens the endpoint. Entries up to then are history and raise no
 * events.
 *
 * @throws EndpointError when the endpoint cannot be opened; BindingError, EventTypeError for a defective program.
 */
export async function createInspectionServer(setup: OpcUaSetup, deps: InspectionServerDeps): Promise<InspectionServer> {
  const { reader, log } = deps;
  boundStack();
  const server = new OPCUAServer(serverOptions(setup, log));
  server.on("request", boundRequest);
  await server.initialize();
  offerNoUserCertificates(server);
  const addressSpace = server.engine.addressSpace!;

  const report = (error: unknown): void =>
    log.warn("an OPC UA event could not be raised; clients find the unit in the ledger by its sequence", {
      error: errorText(error),
    });
  answerUndecodable();
  installEventPath();
  guardStack(addressSpace, report);
  markMissingValues(addressSpace);
  removeUnservedObjects(addressSpace);
  const objects = (id: string | number) => addressSpace.findNode(id as never) as UAObject;
  const machines = objects(`ns=${namespaceIndexes.machinery};i=${standard.machines.id}`);
  machines.addReference({ referenceType: "HasNotifier", isForward: false, nodeId: objects(`i=${ObjectIds.Server}`) });

  const started = performance.now();
  const before = reader.head;
  const position = await replay(reader, breathe);
  const oldestTime = reader.oldestTime();
  const headOf = (last: Committed): LedgerHead => ({
    ledgerId: before.ledgerId,
    offset: last.entry.offset,
    hash: last.hash,
    committedAt: last.entry.committedAt,
    oldestTime: oldestTime ?? reader.oldestTime(),
  });
  // The snapshot may hold everything: the head is dated by its own commit all the same, as it is in history.
  const last = position.last ?? (position.offset > 0 ? reader.read(position.offset - 1, 1)[0] : undefined);
  const head: LedgerHead = last ? headOf(last) : { ...before, committedAt: undefined, oldestTime };

  const eventTypes = readEventTypes(addressSpace);
  const live = createLiveEvents(
    addressSpace,
    eventTypes,
    givenByEvent(setup.consumers, (id, consumer, sequence) => stations.get(id)?.deliver(consumer, sequence)),
  );
  const stations = new Map(
    setup.stations.map((station) => [
      station.id,
      createStation(
        addressSpace,
        { setup: station, softwareVersion: setup.softwareVersion, silenceMs: deps.silenceMs ?? 5_000 },
        { state: position.stations[station.id], head },
        live,
        report,
      ),
    ]),
  );
  closeForWriting(addressSpace, setup);
  const historyContext: HistoryContext = {
    stations: setup.stations,
    ledgerId: head.ledgerId,
    types: eventTypes.types,
  };
  const history = deps.openHistory?.(historyContext) ?? createHistoryPort(setup.ledgerFolder, historyContext, log);
  serveHistory(server, history, { stations: setup.stations, eventTypes, log });
  describeMethods(addressSpace, modelRows(setup), typeNumbers());
  const { ledgerId } = before;
  const evidence: EvidenceService[] = [];
  const rules = { mayCommand: mayCommand(setup), time: createCallTime(deps.callMs ?? 5_000) };
  for (const station of setup.stations) {
    const { id } = station;
    const nodes = stations.get(id)!;
    const { commands } = deps;
    closeMethods(addressSpace, station);
    const result = resultVariants(addressSpace, ledgerId, id);
    const pictures = serveEvidence({ addressSpace, station: nodes, history, folder: setup.evidenceFolder });
    evidence.push(pictures);
    const methods = [
      ...stationMethods(id, commands),
      ...recipeMethods(nodes.snapshot.setup, commands, () => nodes.state),
      ...shadowMethods(id, commands),
      ...challengeMethods(id, commands),
      ...selfTestMethods(id, commands),
      ...alarmMethods(id, commands, { ledgerId, alarms: () => nodes.state.alarms }),
      ...jobMethodRows(id, commands, () => nodes.state.jobs, nodes.jobs, log),
      ...resultMethodRows({ station: nodes, consumers: setup.consumers, commands, history, result, index: live.index }),
      ...facetMethods({ addressSpace, station: nodes, history }),
      ...pictures.rows,
    ];
    bindMethodTable(addressSpace, id, methods, rules);
    allowShelvingByCondition(addressSpace, id);
    bindContextRequest(addressSpace, id, deps.commands);
  }
  const serverState = bindServerState(server, {
    minSupportedSampleRate: capabilities.minSupportedSampleRate,
    timeZone: setup.stations[0]?.timeZone,
  });
  const tellState = (): void => serverState.tell([...stations.values()].map((station) => station.service()));
  serveConditionRefresh(addressSpace, server.engine, live, () =>
    setup.stations.flatMap((station) =>
      retainedEvents(stations.get(station.id)!.state.alarms, station, ledgerId, live.index.types),
    ),
  );
  answerUnservedMethods(addressSpace);
  const filledInMs = performance.now() - started;

  try {
    await server.start();
  } catch (error) {
    await server.shutdown().catch(() => undefined); // nothing is open; the reason is the error above
    throw endpointError(error, setup);
  }
  const follower = follow(reader, position.offset, {
    onEntry: (committed) => stations.get(committed.entry.station)?.take(committed),
    onPage: (last) => {
      const ledger = headOf(last);
      for (const station of stations.values()) station.endPage(ledger);
      tellState();
    },
    onError: deps.onFailure,
  });
  follower.nudge();
  const stopCutting = cutIdleSockets(server, deps.idleSocketMs);
  const lookers = [...stations.values()].map((station) => watchOldestTimes(station, history));
  const silence = setInterval(() => {
    for (const station of stations.values()) station.checkSilence();
    for (const { closeIdle } of evidence) closeIdle();
    for (const look of lookers) look().catch(report);
    tellState();
  }, 1_000);

  return {
    endpoints: [...new Set(server.endpoints.flatMap((e) => e.endpointDescriptions()).map((d) => d.endpointUrl!))],
    filledInMs,
    live,
    nudge: () => follower.nudge(),
    tell(vitals) {
      stations.get(vitals.station)?.tell(vitals);
      tellState();
    },
    clients: () => ({
      sessions: server.engine.currentSessionCount,
      subscriptions: server.engine.currentSubscriptionCount,
    }),
    async [Symbol.asyncDispose]() {
      await serverState.announceShutdown("The program ends", (setup.shutdownSeconds ?? 0) * 1_000);
      clearInterval(silence);
      stopCutting();
      await follower.stop();
      await server.shutdown(100);
      await history[Symbol.asyncDispose]();
    },
  };
}
