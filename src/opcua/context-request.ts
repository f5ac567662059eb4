import { type AddressSpace, type ISessionContext, StatusCodes, type UAVariable } from "node-opcua";
import { contextMethods } from "../../nodeset/methods.ts";
import type { DataTypeName } from "../../nodeset/model.ts";
import { requestVariables } from "../../nodeset/variables.ts";
import { toVariant } from "./binder.ts";
import { callerOf } from "./caller.ts";
import type { CommandPort } from "./commands.ts";
import { type Arguments, readArguments, tell } from "./context-commands.ts";
import { instanceNodeId } from "./node-id.ts";

type Tag = keyof typeof requestVariables;
/** Requests that may wait behind one that is being answered. */
const maximumWaiting = 8;

const initial = (name: DataTypeName): string | number => (name === "String" ? "" : 0);

/**
 * `Context/Request`: SetContext for clients that can only write tags. The tags keep what was written; a changed RequestId
 * sends them, and Result, ResultText, Revision, FromSequence, State and, last, DoneId tell what became of it.
 */
export function bindContextRequest(addressSpace: AddressSpace, station: string, commands: CommandPort): void {
  const node = (tag: Tag): UAVariable =>
    addressSpace.findNode(instanceNodeId(station, "Context", "Request", tag)) as UAVariable;
  const set = (tag: Tag, value: string | number, at: Date): void =>
    node(tag).setValueFromSource(toVariant(requestVariables[tag].dataType, value), StatusCodes.Good, at);
  for (const [tag, { dataType }] of Object.entries(requestVariables)) set(tag as Tag, initial(dataType), new Date());
  set("State", -1, new Date());

  const read = (): Arguments<"SetContext"> =>
    Object.fromEntries(
      Object.keys(contextMethods.SetContext.inputs).map((tag) => [tag, node(tag as Tag).readValue().value.value ?? ""]),
    ) as unknown as Arguments<"SetContext">;

  async function serve(id: number, values: Arguments<"SetContext">, by: string): Promise<void> {
    const intent = readArguments("SetContext", values);
    const told = tell(await commands.request({ ...intent, station, by, source: "tags" }));
    const at = new Date();
    set("Result", told.status.value, at);
    set("ResultText", told.message, at);
    set("Revision", told.revision, at);
    set("FromSequence", told.fromSequence, at);
    set("State", told.state, at);
    set("DoneId", id, at);
  }

  let lastId = 0;
  let waiting = 0;
  let queue = Promise.resolve();
  function fire(context: ISessionContext): void {
    const id = Number(node("RequestId").readValue().value.value);
    if (id === lastId) return;
    lastId = id;
    // A client that does not wait for DoneId loses its own older requests, and sees it: DoneId never equals their RequestId.
    if (waiting >= maximumWaiting) return;
    const values = read();
    const by = callerOf(context);
    waiting += 1;
    queue = queue
      .then(() => serve(id, values, by))
      .finally(() => {
        waiting -= 1;
      });
  }

  // node-opcua tells nobody who wrote; the record has to say it. After the whole Write request, so that the order of tags
  // within it does not matter.
  const requestId = node("RequestId");
  const write = requestId.writeValue as (...parameters: unknown[]) => unknown;
  requestId.writeValue = ((context: ISessionContext, ...rest: unknown[]) => {
    setImmediate(() => fire(context));
    return write.call(requestId, context, ...rest);
  }) as UAVariable["writeValue"];
}
