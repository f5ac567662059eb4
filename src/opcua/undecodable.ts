import { MessageBuilder, OPCUAServer, ServiceFault, StatusCodes } from "node-opcua";
import { override } from "./stack-override.ts";

interface Builder {
  readonly securityHeader: unknown;
  readonly sequenceHeader: { readonly requestId: number } | undefined;
  readonly channelId: number;
  once(event: "invalid_message", listener: (request: object) => void): void;
  removeListener(event: "invalid_message", listener: (request: object) => void): void;
  emit(event: "message", ...parameters: unknown[]): void;
}
interface Message {
  readonly request: { readonly requestHeader?: { readonly requestHandle: number } };
}
interface Channel {
  send_response(type: "MSG", response: ServiceFault, message: Message): void;
}

const undecodable = new WeakSet<object>();
let installed = false;

/**
 * Answers requests that cannot be decoded, for one because a text or an array is longer than advertised, with
 * BadDecodingError (OPC 10000-4 §7.38.2). The stack says nothing to them, and the client waits for its time-out.
 *
 * @throws GuardError when the stack has none of the methods that this takes hold of.
 */
export function answerUndecodable(): void {
  if (installed) return;
  override(
    MessageBuilder.prototype,
    "_decodeMessageBody",
    (original) =>
      function (this: Builder, body: unknown) {
        let broken: object | undefined;
        const note = (request: object): void => {
          broken = request;
        };
        this.once("invalid_message", note);
        const decoded = original.call(this, body) as boolean;
        this.removeListener("invalid_message", note);
        // Responses, in a client of this process, are none of ours.
        if (!broken || !("requestHeader" in broken)) return decoded;
        undecodable.add(broken);
        this.emit("message", broken, "MSG", this.securityHeader, this.sequenceHeader?.requestId, this.channelId);
        return true;
      },
  );
  override(
    Object.getPrototypeOf(OPCUAServer.prototype) as object,
    "on_request",
    (original) =>
      function (this: unknown, message: Message, channel: Channel) {
        const { request } = message;
        if (!undecodable.has(request)) return original.call(this, message, channel);
        const responseHeader = {
          serviceResult: StatusCodes.BadDecodingError,
          requestHandle: request.requestHeader?.requestHandle ?? 0,
        };
        channel.send_response("MSG", new ServiceFault({ responseHeader }), message);
      },
  );
  installed = true;
}
