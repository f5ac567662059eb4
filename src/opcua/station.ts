import type { AddressSpace } from "node-opcua";
import type { Committed } from "../domain/ledger-entry.ts";
import { emptyStation, foldEntry, type StationState } from "../projections/station-state.ts";
import { bind } from "./binder.ts";
import type { Cause } from "./binding.ts";
import { jobGroups } from "./bindings/jobs.ts";
import { stationGroups } from "./bindings/station.ts";
import type { LiveEvents } from "./events/live.ts";
import { type JobStructures, jobStructures } from "./jobs/structures.ts";
import type { StationSetup, Vitals } from "./messages.ts";
import { createRaiser } from "./raise.ts";
import { type Service, serviceOf } from "./service-level.ts";
import type { LedgerHead, OldestUnit, StationSnapshot } from "./snapshot.ts";

/** One station of the address space: folds its entries, shows and raises them. */
export interface StationNodes {
  /** As of the last entry that was taken. */
  readonly state: StationState;
  /** Folds an entry of this station, shows what it makes due, raises its event. */
  take(committed: Committed): void;
  /** Shows what changes with every page, also with entries of other stations (the ledger's head). */
  endPage(head: LedgerHead): void;
  tell(vitals: Vitals): void;
  /** To be called about once a second: values of a silent core become uncertain. */
  checkSilence(): void;
  service(): Service;
  /** Units up to `sequence` were given to a session of that consumer. */
  deliver(consumer: string, sequence: number): void;
  /** What was looked up of consumers: the oldest unit that each has not acknowledged. */
  oldestUnits(units: Readonly<Record<string, OldestUnit>>): void;
  /** What the nodes show now. */
  readonly snapshot: StationSnapshot;
  readonly jobs: JobStructures;
}

/** @throws BindingError | EventTypeError when program and information model do not fit. */
export function createStation(
  addressSpace: AddressSpace,
  options: {
    readonly setup: StationSetup;
    readonly softwareVersion: string;
    /** A core that has been silent for longer is not believed any more, ms. */
    readonly silenceMs: number;
  },
  start: { readonly state: StationState | undefined; readonly head: LedgerHead },
  live: LiveEvents,
  report: (error: unknown) => void,
): StationNodes {
  const { setup, softwareVersion, silenceMs } = options;
  const jobs = jobStructures(addressSpace, `${start.head.ledgerId}:${setup.id}`);
  const publish = bind(addressSpace, setup.id, [
    ...stationGroups(setup, { addressSpace, types: live.index.types }),
    ...jobGroups(jobs),
  ]);
  const raise = createRaiser(live, setup, start.head.ledgerId, report);
  let heardAt = performance.now();
  let snapshot: StationSnapshot = {
    setup,
    softwareVersion,
    state: start.state ?? emptyStation(setup.id),
    vitals: undefined,
    stale: false,
    ledger: start.head,
    delivered: {},
    oldestUnacknowledged: {},
  };
  const show = (change: Partial<StationSnapshot>, cause: Cause): void => {
    snapshot = { ...snapshot, ...change };
    publish(snapshot, cause);
  };
  /** Since it was last shown: a page of units goes to many subscriptions in one turn. */
  const delivered = new Map<string, number>();
  const showDelivered = (): void => {
    const newest = [...delivered].filter(([id, sequence]) => sequence > (snapshot.delivered[id] ?? 0));
    delivered.clear();
    if (newest.length > 0) show({ delivered: { ...snapshot.delivered, ...Object.fromEntries(newest) } }, "delivery");
  };
  show({}, "start");
  return {
    jobs,
    get state() {
      return snapshot.state;
    },
    take(committed) {
      show({ state: foldEntry(snapshot.state, committed) }, committed.entry.kind);
      raise(committed);
    },
    endPage: (ledger) => show({ ledger }, "page"),
    tell(vitals) {
      heardAt = performance.now();
      show({ vitals, stale: false }, "vitals");
    },
    checkSilence() {
      const stale = performance.now() - heardAt > silenceMs;
      if (stale !== snapshot.stale) show({ stale }, "vitals");
    },
    service: () => serviceOf(snapshot),
    deliver(consumer, sequence) {
      if (sequence <= (delivered.get(consumer) ?? 0)) return;
      if (delivered.size === 0) setImmediate(showDelivered);
      delivered.set(consumer, sequence);
    },
    oldestUnits: (units) => show({ oldestUnacknowledged: { ...snapshot.oldestUnacknowledged, ...units } }, "delivery"),
    get snapshot() {
      return snapshot;
    },
  };
}
