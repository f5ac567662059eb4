import {
  type AddressSpace,
  type CallMethodResultOptions,
  DataType,
  DiagnosticInfo,
  type ISessionContext,
  StatusCodes,
  type UAMethod,
  Variant,
} from "node-opcua";
import { contextMethods } from "../../nodeset/methods.ts";
import { namespaceIndexes } from "../../nodeset/namespaces.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort } from "./commands.ts";
import {
  type Arguments,
  argumentStatus,
  type ContextMethod,
  readArguments,
  type Told,
  tell,
} from "./context-commands.ts";
import { instanceNodeId } from "./node-id.ts";

/** `orderId` → `OrderId`. */
const upperFirst = (name: string): string => name[0]!.toUpperCase() + name.slice(1);

/** A method's result; `statusText` reaches clients that ask for diagnostics (OPC 10000-4 §7.12). */
export function resultOf(method: ContextMethod, told: Told): CallMethodResultOptions & { statusText?: string } {
  if (told.status.isGood())
    return {
      statusCode: told.status,
      outputArguments: [
        new Variant({ dataType: DataType.UInt32, value: told.revision }),
        new Variant({ dataType: DataType.UInt32, value: told.fromSequence }),
        new Variant({ dataType: DataType.Int32, value: told.state }),
      ],
    };
  const problems = Object.keys(contextMethods[method].inputs).map((name) =>
    told.problems.find(({ argument }) => upperFirst(argument) === name),
  );
  return {
    statusCode: told.status,
    statusText: told.message,
    ...(told.problems.length > 0 && {
      inputArgumentResults: problems.map((p) => (p ? argumentStatus(p.argument) : StatusCodes.Good)),
      inputArgumentDiagnosticInfos: problems.map((p) => new DiagnosticInfo({ additionalInfo: p?.problem ?? "" })),
    }),
  };
}

/** A null String is an empty one; node-opcua has checked number and types of the arguments before. */
function byName<M extends ContextMethod>(method: M, inputs: readonly Variant[]): Arguments<M> {
  const values = Object.keys(contextMethods[method].inputs).map((name, i) => [name, inputs[i]?.value ?? ""]);
  return Object.fromEntries(values) as Arguments<M>;
}

/** Gives the methods of a station their meaning: each becomes a command, and its answer the result. */
export function bindMethods(
  addressSpace: AddressSpace,
  station: string,
  commands: CommandPort,
  mayCommand: (context: ISessionContext) => boolean,
): void {
  for (const method of Object.keys(contextMethods) as ContextMethod[]) {
    const node = addressSpace.findNode(instanceNodeId(station, "Context", method)) as UAMethod;
    // node-opcua drops the descriptions of methods while it loads a nodeset.
    const declared = addressSpace.findObjectType("ContextType", namespaceIndexes.tallyline)?.getMethodByName(method);
    for (const described of [node, declared]) described?.setDescription(contextMethods[method].description);
    // Two declared parameters: node-opcua tells promise from callback by their number.
    node.bindMethod(async (inputs: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> => {
      if (!mayCommand(context)) return { statusCode: StatusCodes.BadUserAccessDenied };
      const reading = readArguments(method, byName(method, inputs));
      if (!reading.ok) return resultOf(method, tell(reading));
      const by = callerOf(context);
      return resultOf(method, tell(await commands.request({ ...reading.intent, station, by, source: "opcua" })));
    });
  }
}
