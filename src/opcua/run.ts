import { setDebugLogger, setErrorLogger, setWarningLogger } from "node-opcua";
import type { Command } from "../domain/command.ts";
import { openLedgerReader } from "../ledger/reader.ts";
import type { Channel } from "../platform/channel.ts";
import { AppError, errorText } from "../platform/errors.ts";
import { createLog, type Log } from "../platform/log.ts";
import { type CommandPort, commandTimeoutMs, createCommandPort } from "./commands.ts";
import type { FromOpcUa, OpcUaSetup, ToOpcUa } from "./messages.ts";
import { createInspectionServer, type InspectionServer } from "./server.ts";

/** How long the last message to the core gets to leave the process, ms. */
const lastMessageMs = 200;
/** Exit codes: the core starts the process again after anything but a refusal. */
const exitCodes = { stopped: 0, failed: 1, refused: 2 } as const;

/** What the stack has to say is for its developers: it must not write into the terminal's status line. */
function quietStack(log: Log): void {
  const toLog = (...words: unknown[]): void => log.debug("node-opcua", { text: words.map(String).join(" ") });
  setDebugLogger(toLog);
  setWarningLogger(toLog);
  setErrorLogger(toLog);
}

/** Runs the OPC UA process behind its channel, from `setup` to `stop`. */
export function runOpcUaProcess(channel: Channel<FromOpcUa, ToOpcUa>): void {
  let commands: CommandPort | undefined;
  let server: Promise<InspectionServer> | undefined;
  /** Set once it listens: what the core tells before that is in the ledger, or comes again within a second. */
  let running: InspectionServer | undefined;

  const exitSoon = (reason: keyof typeof exitCodes): void => {
    setTimeout(() => process.exit(exitCodes[reason]), lastMessageMs);
  };

  async function start(setup: OpcUaSetup): Promise<InspectionServer> {
    const log = createLog("opcua", setup.log);
    quietStack(log);
    const toCore = (id: number, command: Command): boolean => channel.send({ type: "command", id, command });
    commands = createCommandPort(toCore, commandTimeoutMs(setup.stations));
    const started = await createInspectionServer(setup, {
      reader: openLedgerReader(setup.ledgerFolder),
      commands,
      log,
      onFailure(error) {
        log.error("the ledger cannot be read; the process ends and is started again", { error: errorText(error) });
        exitSoon("failed");
      },
    });
    setInterval(() => channel.send({ type: "clients", ...started.clients() }), 1_000).unref();
    channel.send({ type: "listening", endpoints: started.endpoints, filledInMs: Math.round(started.filledInMs) });
    return started;
  }

  async function stop(): Promise<void> {
    // A start that failed has said so, and has nothing to close.
    const started = await server?.catch(() => undefined);
    await started?.[Symbol.asyncDispose]();
    exitSoon("stopped");
  }

  channel.onMessage((message) => {
    switch (message.type) {
      case "setup":
        server = start(message.setup);
        server.then(
          (started) => {
            running = started;
            started.nudge();
          },
          (error: unknown) => {
            const code = error instanceof AppError ? error.code : "OPCUA_START";
            channel.send({ type: "refused", reason: errorText(error), code });
            exitSoon("refused");
          },
        );
        return;
      case "nudge":
        running?.nudge();
        return;
      case "vitals":
        running?.tell(message.vitals);
        // A nudge that found the pipe full is made good within a second, also when nothing follows it.
        running?.nudge();
        return;
      case "answer":
        commands?.answered(message.id, message.answer);
        return;
      case "stop":
        void stop();
        return;
    }
  });
}
