import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";

/**
 * Replaces a small file whole: readers see the old text or the new one, never a part. With `durable` the new text also
 * survives a power cut; without, a power cut may leave the old one.
 */
export function replaceFile(file: string, text: string, durable: boolean): void {
  const part = `${file}.part`;
  const handle = openSync(part, "w");
  try {
    writeSync(handle, text);
    if (durable) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, file);
}

/** Makes renames inside a folder durable, where the platform can (Windows cannot open folders, and needs it less). */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
