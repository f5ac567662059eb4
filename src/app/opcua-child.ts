import type { Answer, Command } from "../domain/command.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "../opcua/messages.ts";
import type { Clock } from "../platform/clock.ts";
import { errorText } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { type Supervised, supervise } from "../platform/supervise.ts";

export interface OpcUaHandlers {
  listening(endpoints: readonly string[], filledInMs: number): void;
  down(reason: string): void;
  /** The setup cannot work; the same setup will be refused again. */
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
  let refusal: string | undefined;
  const answer = async (id: number, command: Command): Promise<void> => {
    const result = await handlers.command(command).catch(
      (error: unknown): Answer => ({
        outcome: "refused",
        code: "storage",
        message: `the command could not be carried out: ${errorText(error)}`,
        problems: [],
      }),
    );
    if (!child.send({ type: "answer", id, answer: result }))
      log.warn("a client got no answer to its command; it should read the context and decide again", {
        command: command.kind,
        outcome: result.outcome,
      });
  };
  const child: Supervised<ToOpcUa> = supervise<ToOpcUa, FromOpcUa>(
    {
      name: "opcua",
      module: new URL("../opcua/process.ts", import.meta.url),
      memoryLimitMb,
      silenceMs: 8_000,
      startMs: 60_000,
      // A small young generation keeps the resident size down; what lives long here is the address space.
      niceness: 5, // its start and its clients' wishes must not cost a unit its verdict
      nodeFlags: ["--max-semi-space-size=2"],
      env,
      output,
    },
    {
      started(send) {
        refusal = undefined;
        send({ type: "setup", setup });
      },
      message(message) {
        switch (message.type) {
          case "listening":
            handlers.listening(message.endpoints, message.filledInMs);
            return true;
          case "refused":
            refusal = message.reason;
            handlers.refused(message.reason);
            return false;
          case "command":
            void answer(message.id, message.command);
            return false;
          case "clients":
            handlers.clients(message.sessions, message.subscriptions);
            return false;
        }
      },
      down: (reason) => handlers.down(refusal ?? reason),
    },
    clock,
    log,
  );
  return child;
}
