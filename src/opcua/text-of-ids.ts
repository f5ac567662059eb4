import { maximumText } from "./events/plain-value.ts";

const more = " …";

/** Ids as one text that every historian takes: whole ones only, and a sign that there are more. */
export function textOfIds(ids: readonly string[]): string {
  const all = ids.join(" ");
  if (all.length <= maximumText) return all;
  const room = all.slice(0, maximumText - more.length + 1);
  return room.slice(0, Math.max(0, room.lastIndexOf(" "))) + more;
}
