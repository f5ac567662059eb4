import type { Answer } from "../../src/domain/command.ts";
import { emptyFields } from "../../src/domain/context.ts";
import { type CommandPort, commandTimeoutMs, createCommandPort } from "../../src/opcua/commands.ts";
import { aLine } from "../support/line.ts";

// OPC 10000-4 §7.38: BadTimeout leaves open what was done. A command that waits in good order behind a slow unit must not be
// answered with it, and then take effect all the same.
test.each([250, 10_000, 60_000])(
  "a command behind a unit with a deadline of %d ms is answered in time",
  async (deadlineMs) => {
    const t = aLine({ deadlineMs });
    t.unit();
    const port: CommandPort = createCommandPort(
      (id, command) => {
        void t.line.command(command).then((answer: Answer) => port.answered(id, answer));
        return true;
      },
      commandTimeoutMs([{ deadlineMs: 250 }, { deadlineMs }]),
      t.clock,
    );
    const outcome = port.request({
      kind: "setContext",
      fields: { ...emptyFields, lot: "L1" },
      station: "LINE-01",
      by: "mes",
      source: "opcua",
      expectedRevision: 0,
      effective: { mode: "nextUnit" },
    });
    // The unit's verdict never comes.
    t.clock.advance(deadlineMs + 1_000);
    await t.settle();
    expect(await outcome).toMatchObject({ outcome: "accepted", fromSequence: 2 });
  },
);
