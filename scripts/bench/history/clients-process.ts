import { fork } from "node:child_process";
import { setPriority } from "node:os";
import type { FromClients, ToClients } from "./clients.ts";

/** A process with clients in it, that is asked one thing at a time. */
export interface Clients {
  ask<T extends FromClients["type"]>(message: ToClients, answer: T): Promise<Extract<FromClients, { type: T }>>;
  stop(): void;
}

/** @param niceness above 0 gives way: a real client has a machine of its own, and should cost the server as little here */
export function startClients(niceness = 0): Clients {
  const child = fork(new URL("./clients.ts", import.meta.url), [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  if (niceness > 0) setPriority(child.pid!, niceness);
  return {
    ask: (message, answer) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null): void => reject(new Error(`the clients ended with ${code}`));
        child.once("exit", ended);
        child.once("message", (said: FromClients) => {
          child.off("exit", ended);
          if (said.type === answer) resolve(said as never);
          else reject(new Error(`${said.type} instead of ${answer}`));
        });
        child.send(message);
      }),
    stop: () => void child.kill("SIGKILL"),
  };
}
