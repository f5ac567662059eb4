import type { Answer, Command } from "../domain/command.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "../opcua/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Supervised } from "../platform/supervise.ts";
import { startGuest } from "./guest.ts";

export interface OpcUaHandlers {
  listening(endpoints: readonly string[], filledInMs: number): void;
  down(reason: string): void;
  refused(reason: string): void;
  command(command: Command): Promise<Answer>;
  clients(sessions: number, subscriptions: number): void;
}

/** The OPC UA process, kept alive. It reads the ledger by itself; what it is told are nudges, vitals and answers. */
export function startOpcUa(
  setup: OpcUaSetup,
  memoryLimitMb: number,
  handlers: OpcUaHandlers,
  env: Readonly<Record<string, string>>,
  clock: Clock,
  log: Log,
  output: (line: string) => void,
): Supervised<ToOpcUa> {
  const answer = async (id: number, command: Command): Promise<void> => {
    const asker = child.pid;
    const result = await handlers.command(command).catch(
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
        nodeFlags: ["--max-semi-space-size=2"], // what lives long here is the address space: 182 MB instead of 260
        env,
        output,
      },
      setup: { type: "setup", setup },
      ready: "listening",
      on: {
        listening: ({ endpoints, filledInMs }) => handlers.listening(endpoints, filledInMs),
        command: ({ id, command }) => void answer(id, command),
        clients: ({ sessions, subscriptions }) => handlers.clients(sessions, subscriptions),
      },
      refused: handlers.refused,
      down: handlers.down,
    },
    clock,
    log,
  );
  return child;
}
