import type { ISessionContext } from "node-opcua";
import { type Consumer, consumerOf } from "../../domain/consumer.ts";
import { sessionCaller } from "../caller.ts";
import type { CommandPort } from "../commands.ts";
import type { EventTypeIndex } from "../events/read-event-types.ts";
import type { HistoryPort } from "../history/requests.ts";
import type { MethodRow } from "../method-table.ts";
import type { StationNodes } from "../station.ts";
import { acknowledgeMethodRows } from "./acknowledge-methods.ts";
import { readMethodRows } from "./read-methods.ts";
import type { resultVariants } from "./result-object.ts";

interface Deps {
  readonly station: StationNodes;
  readonly consumers: readonly Consumer[];
  readonly commands: CommandPort;
  readonly history: HistoryPort;
  readonly result: ReturnType<typeof resultVariants>;
  readonly index: EventTypeIndex;
}
/** What the methods below ResultManagement work with. */
export interface ResultMethodDeps extends Deps {
  /** The consumer that a session belongs to. */
  readonly consumer: (context: ISessionContext) => Consumer | undefined;
}

/** The methods of OPC 40001-101 §7.1, and those of ours beside them. */
export function resultMethodRows(deps: Deps): readonly MethodRow[] {
  const all = { ...deps, consumer: (context: ISessionContext) => consumerOf(deps.consumers, sessionCaller(context)) };
  return [...readMethodRows(all), ...acknowledgeMethodRows(all)];
}
