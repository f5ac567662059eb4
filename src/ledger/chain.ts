import { hash, randomUUID } from "node:crypto";

/** What the first entry of a ledger is chained to, hex. */
export const noHash = "0".repeat(64);

let scratch = Buffer.allocUnsafe(16_384);

/**
 * SHA-256(previous hash ‖ canonical text), the text as UTF-8: the link that makes every later entry depend on this one.
 * @param previous the 32 bytes of the hash before, not their hex form
 * @returns 32 bytes
 */
export function chainHash(previous: Uint8Array, text: string): Buffer {
  const size = previous.length + Buffer.byteLength(text);
  if (size > scratch.length) scratch = Buffer.allocUnsafe(size * 2);
  scratch.set(previous);
  scratch.write(text, previous.length);
  return hash("sha256", scratch.subarray(0, size), "buffer");
}

/**
 * Names a ledger for good. Drawn when a data folder gets its first segment. Sequences are UInt32 on the wire, so before
 * one reaches 4,000,000,000 the ledger rolls: a fresh folder with a new id, sequences from 1, totals from 0, and an entry
 * that names the old id and head. No line reaches that in ten years at 400 units/min; the roll is not built yet.
 */
export const newLedgerId = (): string => randomUUID();
