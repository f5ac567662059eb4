/** What the bench tells its clients, in a process of their own so that they cost the server nothing but the network. */
export type ToClients =
  /** One session with one subscription per list of fields; the first field of each is the unit's sequence. */
  | { readonly type: "subscribe"; readonly endpoint: string; readonly fieldLists: readonly (readonly string[])[] }
  /** Tell when every subscriber has seen the last of these sequences. */
  | { readonly type: "await"; readonly from: number; readonly to: number }
  | { readonly type: "watch"; readonly endpoint: string; readonly nodeIds: readonly string[] }
  /** Tell when every variable has had its value `last`, having counted up from 1. */
  | { readonly type: "awaitValues"; readonly last: number };

export type FromClients =
  | { readonly type: "ready" }
  | { readonly type: "counted"; readonly received: number; readonly missing: number; readonly doubles: number };
