import type { Answer, Command } from "../domain/command.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "../opcua/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Supervised } from "../platform/supervise.ts";
import { startGuest } from "./guest.ts";
import { failuresToGiveUp, StartFailedError, StartRefusedError } from "./start-failed.ts";

/** The OPC UA process, kept alive. It reads the ledger by itself; what it is told are nudges, vitals and answers. */
export interface OpcUaChild {
  readonly child: Supervised<ToOpcUa>;
  /** Resolves when the endpoint is open for the first time; rejects when the setup is refused or it cannot start. */
  readonly listening: Promise<void>;
  readonly endpoints: readonly string[];
  readonly clients: { readonly sessions: number; readonly subscriptions: number };
}

/** What lives long here is the address space: 182 MB instead of 260. */
export const opcUaNodeFlags: readonly string[] = ["--max-semi-space-size=2"];

const noClients = { sessions: 0, subscriptions: 0 };

/** @param setup known only when the ledger is open; the process loads its modules meanwhile */
export function startOpcUa(
  setup: Promise<OpcUaSetup>,
  memoryLimitMb: number,
  carryOut: (command: Command) => Promise<Answer>,
  env: Readonly<Record<string, string>>,
  clock: Clock,
  log: Log,
  output: (line: string) => void,
): OpcUaChild {
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  listening.catch(() => undefined); // whoever awaits it hears of it; a start that is given up does not
  let endpoints: readonly string[] = [];
  let clients = noClients;
  let failures = 0;

  const answer = async (id: number, command: Command): Promise<void> => {
    const asker = child.pid;
    const result = await carryOut(command).catch(
      (error: unknown): Answer => ({
        outcome: "refused",
        code: "storage",
        message: `the command could not be carried out: ${errorText(error)}`,
        problems: [],
      }),
    );
    // A process that was replaced meanwhile counts its commands from 1 again: this answer is none of its own.
    if (child.pid !== asker || !child.send({ type: "answer", id, answer: result }))
      log.warn("a client got no answer to its command; it should read the context and decide again", {
        command: command.kind,
        outcome: result.outcome,
      });
  };

  const child: Supervised<ToOpcUa> = startGuest<ToOpcUa, FromOpcUa>(
    {
      spec: {
        name: "opcua",
        module: new URL("../opcua/process.ts", import.meta.url),
        memoryLimitMb,
        silenceMs: 8_000,
        startMs: 60_000,
        niceness: 5, // its start and its clients' wishes must not cost a unit its verdict
        nodeFlags: opcUaNodeFlags,
        env,
        output,
      },
      setup: () => setup.then((known) => ({ type: "setup", setup: known })),
      ready: "listening",
      on: {
        listening(message) {
          endpoints = message.endpoints;
          log.info("OPC UA endpoint open", { endpoints: endpoints.join(" "), filledInMs: message.filledInMs });
          resolve();
        },
        command: ({ id, command }) => void answer(id, command),
        clients: ({ sessions, subscriptions }) => {
          clients = { sessions, subscriptions };
        },
      },
      refused(reason) {
        log.error("OPC UA cannot start", { reason });
        reject(new StartRefusedError(reason));
      },
      down(reason) {
        clients = noClients;
        failures += 1;
        if (failures >= failuresToGiveUp) reject(new StartFailedError("the OPC UA process", reason));
      },
    },
    clock,
    log,
  );
  return {
    child,
    listening,
    get endpoints() {
      return endpoints;
    },
    get clients() {
      return clients;
    },
  };
}
