import type { AcknowledgeResults, Command } from "../../../src/domain/command.ts";
import type { CommandPort } from "../../../src/opcua/commands.ts";
import { createAcknowledger } from "../../../src/opcua/results/acknowledger.ts";

/** A core that answers when the test says so. */
function aPort() {
  const sent: AcknowledgeResults[] = [];
  const answers: ((cursor: number) => void)[] = [];
  const port: CommandPort = {
    request(command: Command) {
      sent.push(command as AcknowledgeResults);
      return new Promise((resolve) => {
        answers.push((cursor) => resolve({ outcome: "acknowledged", cursor } as never));
      });
    },
    answered: () => undefined,
  };
  const answer = async (cursor: number): Promise<void> => {
    answers.shift()!(cursor);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { port, sent, answer };
}

// The core takes 32 commands at once from all clients: one that acknowledges each unit must not use them up.
test("one command at a time per consumer; what comes meanwhile goes together", async () => {
  const { port, sent, answer } = aPort();
  const { acknowledge } = createAcknowledger("LINE-01", port);
  const first = acknowledge("MES-1", "mes", [[1, 1]]);
  const rest = [2, 3, 5].map((n) => acknowledge("MES-1", "mes", [[n, n]]));
  expect(sent.map(({ ranges }) => ranges)).toEqual([[[1, 1]]]);
  await answer(1);
  expect(await first).toEqual({ outcome: "acknowledged", cursor: 1 });
  expect(sent.slice(1).map(({ ranges }) => ranges)).toEqual([
    [
      [2, 3],
      [5, 5],
    ],
  ]);
  const last = acknowledge("MES-1", "mes", [[4, 4]]);
  await answer(3);
  expect(await Promise.all(rest)).toEqual(rest.map(() => ({ outcome: "acknowledged", cursor: 3 })));
  await answer(5);
  expect(await last).toEqual({ outcome: "acknowledged", cursor: 5 });
  expect(sent).toHaveLength(3);
});

test("consumers and callers do not wait for each other", () => {
  const { port, sent } = aPort();
  const { acknowledge } = createAcknowledger("LINE-01", port);
  void acknowledge("MES-1", "mes", [[1, 1]]);
  void acknowledge("MES-1", "another", [[1, 1]]);
  void acknowledge("HIST-1", "mes", [[1, 1]]);
  expect(sent.map(({ consumer, by }) => [consumer, by])).toEqual([
    ["MES-1", "mes"],
    ["MES-1", "another"],
    ["HIST-1", "mes"],
  ]);
});
