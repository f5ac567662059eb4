import type { ISessionContext, ServerSession } from "node-opcua";

/** What every historian takes; a client may call itself anything. */
const maximumText = 254;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes out
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/gu;

/** `user@applicationUri` of a session, for the record: e.g. `anonymous@urn:host:UaExpert`. */
export function callerOf(context: ISessionContext): string {
  const session = context.session as ServerSession | undefined;
  const application = context.clientApplicationUri ?? session?.clientDescription?.applicationUri ?? "unknown";
  const user = session ? context.getUserName() : "unknown";
  return `${user}@${application}`.toWellFormed().replace(control, "").slice(0, maximumText);
}
