import type { ISessionContext, ServerSession } from "node-opcua";
import type { Caller } from "../domain/consumer.ts";

/** What every historian takes; a client may call itself anything. */
const maximumText = 254;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu;

/** User and application of a session, as the client says them; with a certificate, the application is proven. */
export function sessionCaller(context: ISessionContext): Caller {
  const session = context.session as ServerSession | undefined;
  return {
    user: session ? context.getUserName() : "unknown",
    application: context.clientApplicationUri ?? session?.clientDescription?.applicationUri ?? "unknown",
  };
}

/** `user@applicationUri` of a session, for the record: e.g. `anonymous@urn:host:UaExpert`. */
export function callerOf(context: ISessionContext): string {
  const { user, application } = sessionCaller(context);
  return `${user}@${application}`.toWellFormed().replace(control, "").slice(0, maximumText);
}
