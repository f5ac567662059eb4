import { DataType, Variant } from "node-opcua";
import { contextMethods } from "../../nodeset/methods.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort } from "./commands.ts";
import {
  type Arguments,
  type ContextMethod,
  namedProblems,
  readArguments,
  type Told,
  tell,
} from "./context-commands.ts";
import type { MethodOutcome, MethodRow } from "./method-table.ts";

/** What the line told of a context, as the result of a call. */
export function contextOutcome(told: Told): MethodOutcome {
  if (told.status.isGood())
    return {
      outputs: [
        new Variant({ dataType: DataType.UInt32, value: told.revision }),
        new Variant({ dataType: DataType.UInt32, value: told.fromSequence }),
        new Variant({ dataType: DataType.Int32, value: told.state }),
      ],
    };
  return { status: told.status, message: told.message, ...namedProblems(told.problems) };
}

const contextRow = <M extends ContextMethod>(name: M, station: string, commands: CommandPort): MethodRow => ({
  path: "Context",
  name,
  permission: "command",
  async call({ inputs, context }) {
    const intent = readArguments(name, inputs as Arguments<M>);
    return contextOutcome(tell(await commands.request({ ...intent, station, by: callerOf(context), source: "opcua" })));
  },
});

/** Every method of a station: each becomes a command, and its answer the result. */
export const stationMethods = (station: string, commands: CommandPort): readonly MethodRow[] => [
  ...(Object.keys(contextMethods) as ContextMethod[]).map((name) => contextRow(name, station, commands)),
];
