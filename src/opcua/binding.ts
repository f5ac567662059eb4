import type { StatusCode, Variant } from "node-opcua";
import type { DataTypeName, ValueOf, VariableTable } from "../../nodeset/model.ts";
import type { EntryKind } from "../domain/ledger-entry.ts";
import type { StationSnapshot } from "./snapshot.ts";
import type { Structures } from "./structures.ts";

/**
 * What made a value due: an entry of that kind was folded, a page of entries is done, the core told its vitals, results
 * went to a consumer, or the
 * address space is filled before the endpoint opens (every group takes part in that).
 */
export type Cause = EntryKind | "page" | "vitals" | "delivery" | "start";

/** `undefined` means "not known yet" (BadWaitingForInitialData); a status code says why there is no value. Never 0 instead. */
export type Known<V> = V | StatusCode | undefined;

/** What a node can show. */
export type Shown = boolean | number | string | Variant | Structures;

/** Where each variable of a table gets its value. A variable without a row is a compile error. */
export type ValuesOf<T extends VariableTable> = {
  readonly [K in keyof T]: (snapshot: StationSnapshot) => Known<ValueOf<T[K]["dataType"]>>;
};

/** Variables of one object that are set in one turn with one SourceTimestamp. */
export interface Group {
  /** Object below the station, e.g. `Statistics/Total`. */
  readonly path: string;
  /** `Variant`: a node of a standard, whose data type no variable of ours may have; its value says the type itself. */
  readonly variables: Readonly<Record<string, { readonly dataType: DataTypeName | "Variant" }>>;
  readonly values: Readonly<Record<string, (snapshot: StationSnapshot) => Known<Shown>>>;
  /** `always`: an equal value at a new time is news, as for minutes. `changed`: only another value or status is. */
  readonly on: Readonly<Partial<Record<Cause, "always" | "changed">>>;
  /** SourceTimestamp, UTC ms. The binder never lets it go back. */
  readonly at: (snapshot: StationSnapshot, cause: Cause) => number;
  /** Replaces Good, e.g. by UncertainLastUsableValue; `undefined` leaves it. */
  readonly quality?: (snapshot: StationSnapshot) => StatusCode | undefined;
}

/** A group whose rows are checked against its table of variables. */
export const group = <T extends VariableTable>(
  path: string,
  variables: T,
  rows: Omit<Group, "path" | "variables" | "values"> & { readonly values: ValuesOf<T> },
): Group => ({ path, variables, ...rows });

/**
 * A group of nodes that a standard declares (companion specifications, conditions). Rows are named by their browse path
 * below `path`, e.g. `CurrentState/Id`.
 */
export const standardGroup = (
  path: string,
  values: Readonly<Record<string, (snapshot: StationSnapshot) => Known<Variant | Structures>>>,
  rest: Omit<Group, "path" | "variables" | "values">,
): Group => ({
  path,
  variables: Object.fromEntries(Object.keys(values).map((name) => [name, { dataType: "Variant" }])),
  values,
  ...rest,
});
