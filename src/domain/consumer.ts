/** Who takes delivery of results: an MES, a historian. Its sessions are known by user, application, or both. */
export interface Consumer {
  /** e.g. `MES-1`: part of NodeIds and of the record, so it stays for years. */
  readonly id: string;
  /** User name of its sessions; any when absent. `anonymous` for sessions without a user. */
  readonly user?: string | undefined;
  /** ApplicationUri of its sessions; any when absent. */
  readonly application?: string | undefined;
  /**
   * Where it begins while it has never acknowledged anything: at the oldest result, so that nothing is missed, or behind
   * the newest one there is at the start.
   */
  readonly from: "oldest" | "head";
}

/** The session of a client, as far as it tells consumers apart. */
export interface Caller {
  readonly user: string;
  readonly application: string;
}

const agrees = (wanted: string | undefined, found: string | undefined): boolean =>
  wanted === undefined || found === undefined || wanted === found;

/** The consumer that a session belongs to, if any. At most one when no two of them overlap. */
export const consumerOf = (consumers: readonly Consumer[], { user, application }: Caller): Consumer | undefined =>
  consumers.find((c) => agrees(c.user, user) && agrees(c.application, application));

/** Whether there could be a session that belongs to both. */
export const overlap = (a: Consumer, b: Consumer): boolean =>
  agrees(a.user, b.user) && agrees(a.application, b.application);
