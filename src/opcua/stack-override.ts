import { AppError } from "../platform/errors.ts";

/** This node-opcua is built in another way than this program expects; it would run unguarded. */
export class GuardError extends AppError {
  readonly code = "OPCUA_GUARD";
}

// biome-ignore lint/suspicious/noExplicitAny: the stack's own methods, of any shape
type Method = (this: any, ...parameters: any[]) => any;

/**
 * Puts a method of ours in the place of one of the stack's; `make` gets the stack's.
 *
 * @throws GuardError when there is no such method: the version in package.json is pinned for that.
 */
export function override(prototype: object, name: string, make: (original: Method) => Method): void {
  const original = (prototype as Record<string, unknown>)[name];
  if (typeof original !== "function")
    throw new GuardError(`this version of node-opcua has no ${name}; pin the one in package.json`);
  (prototype as Record<string, unknown>)[name] = make(original as Method);
}
