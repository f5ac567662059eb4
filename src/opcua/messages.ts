import type { StationShape } from "../../nodeset/station-shape.ts";
import type { AlarmSettings } from "../domain/alarm.ts";
import type { ChallengeRules } from "../domain/challenge.ts";
import type { Answer, Command } from "../domain/command.ts";
import type { Consumer } from "../domain/consumer.ts";
import type { ContextOwner } from "../domain/context-owner.ts";
import type { CameraHealth } from "../domain/judgement.ts";
import type { ShadowState } from "../domain/shadow.ts";
import type { LogFormat, LogLevel } from "../platform/log.ts";

/** Everything the OPC UA process needs to know; plain data, sent once. */
export interface OpcUaSetup {
  /** Who acknowledges results, and whose sessions are theirs. */
  readonly consumers: readonly Consumer[];
  readonly site: string;
  readonly stations: readonly StationSetup[];
  readonly ledgerFolder: string;
  /** Evidence pictures of all stations. */
  readonly evidenceFolder: string;
  /** Own certificates and trust list. */
  readonly pkiFolder: string;
  /** Address to listen on, e.g. 127.0.0.1. */
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** `urn:…`; does not follow the host name, so that clients' trust survives a rename. */
  readonly applicationUri: string;
  readonly softwareVersion: string;
  /** Anonymous sessions: may read and write context (`full`), only read, or are refused. */
  readonly anonymous: "full" | "read" | "off";
  readonly securityNone: boolean;
  /** How long clients are told of the end before it comes, s; at once when absent. */
  readonly shutdownSeconds?: number;
  readonly log: { readonly level: LogLevel; readonly format: LogFormat };
}
/** A station's place in the address space, and what its values need besides. */
export interface StationSetup extends StationShape {
  readonly lineId: string;
  /** IANA time zone of the site, for the events' `LocalTime`; the machine's own when absent. */
  readonly timeZone?: string;
  /** Trigger to verdict, ms: a command waits for the verdict of the unit before it. */
  readonly deadlineMs: number;
  /** Window of `Statistics/Rolling`, s. */
  readonly rollingWindowSeconds: number;
  /** Recipes that a context or a job order may name. */
  readonly recipes: readonly string[];
  /** Their files, by name with version. */
  readonly recipeFiles: readonly RecipeFileSetup[];
  /** Who may change the production context. */
  readonly contextOwner: ContextOwner;
  readonly alarms: AlarmSettings;
  /** An operator may shelve an alarm for at most so long, ms. */
  readonly maximumShelvingMs: number;
  /** Test pieces; none when absent. */
  readonly challenges?: ChallengeRules;
}

/** A recipe as GetRecipe gives it. */
export interface RecipeFileSetup {
  /** `ID@version`. */
  readonly name: string;
  /** SHA-256 of the text, hex. */
  readonly hash: string;
  readonly text: string;
}

/** What is true this second and not worth a record: rides on the nudge. */
export interface Vitals {
  readonly station: string;
  /** +1 per second, by the core; wraps at 2^32. */
  readonly heartbeat: number;
  /** Station time, UTC ms. */
  readonly stationTime: number;
  readonly clockOffsetMs: number;
  readonly clockSynchronized: boolean;
  readonly cameras: readonly CameraHealth[];
  /** e.g. `ready snack-bag@2` or `refused: …`. */
  readonly modelStatus: string;
  /** What is being made ready, for people; "" = nothing. */
  readonly recipeLoading: string;
  /** Why units are not inspected although a recipe was chosen; "" = they are. */
  readonly recipeTrouble: string;
  /** Absent = none looks along, or has. */
  readonly shadow?: ShadowState;
  readonly simulated: boolean;
  /** Why nothing reaches the disk at present; "" when it does. Not in the ledger, for a plain reason. */
  readonly storageFault: string;
  /** Triggers that the source reported as missed since start. */
  readonly missedTriggers: number;
  /** Units per minute that the trigger source is set to; absent when it does not know. */
  readonly targetUnitsPerMinute?: number;
}

export type ToOpcUa =
  | { readonly type: "setup"; readonly setup: OpcUaSetup }
  /** Entries up to `offset` are on disk. */
  | { readonly type: "nudge"; readonly offset: number }
  | { readonly type: "vitals"; readonly vitals: Vitals }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer }
  /** Say goodbye to clients, exit 0. */
  | { readonly type: "stop" };

export type FromOpcUa =
  /** The endpoint is open and the address space is filled. */
  | { readonly type: "listening"; readonly endpoints: readonly string[]; readonly filledInMs: number }
  /** The setup cannot work (port in use …); the process exits after it. The reason says what to do. */
  | { readonly type: "refused"; readonly reason: string; readonly code: string }
  | { readonly type: "command"; readonly id: number; readonly command: Command }
  /** Once a second. */
  | { readonly type: "clients"; readonly sessions: number; readonly subscriptions: number };
