import { Command } from "commander";
import type { Defect } from "../../domain/defect.ts";
import type { Committed } from "../../domain/ledger-entry.ts";
import { recipeName } from "../../domain/recipe.ts";
import type { Verdict } from "../../domain/verdict.ts";
import { openLedgerQuery } from "../../ledger/query.ts";
import { stationsOf } from "../../ledger/stations.ts";
import { type UnitEntries, unitEntries } from "../../ledger/unit-entries.ts";
import { AppError } from "../../platform/errors.ts";
import { dataFolder, dataPaths } from "../paths.ts";

/** The ledger has no such unit; the message says what it has. */
class UnitMissingError extends AppError {
  readonly code = "UNIT_MISSING";
}

interface ShowFlags {
  readonly sequence: string;
  readonly station?: string;
  readonly data?: string;
  readonly json?: boolean;
}

export const ledgerShowCommand = (): Command =>
  new Command("show")
    .description("print what the ledger holds of one unit: its entry with its hash, and what became of its pictures")
    .requiredOption("--sequence <n>", "the unit's number (Sequence)")
    .option("--station <id>", "whose unit; the only station when left out")
    .option("--data <folder>", "data folder (default: TALLYLINE_DATA or ./data)")
    .option("--json", "print the entries whole, as one JSON line")
    .action((flags: ShowFlags, command: Command) => {
      const sequence = Number(flags.sequence);
      if (!Number.isInteger(sequence) || sequence < 1)
        command.error("error: --sequence takes the unit's number, from 1: Sequence of its event or record");
      const { ledger } = dataPaths(flags.data ?? dataFolder(process.env));
      const stations = stationsOf(ledger);
      const station = flags.station ?? (stations.length === 1 ? stations[0]! : undefined);
      if (station === undefined || !stations.includes(station))
        throw new UnitMissingError(
          station === undefined
            ? `name the station whose unit it is with --station: ${stations.join(", ")}`
            : `the ledger has no station ${station}; it has: ${stations.join(", ")}`,
        );
      using query = openLedgerQuery(ledger);
      // What a restart found lost may stand anywhere behind the unit.
      const found = unitEntries(query, { station, sequence }, Number.MAX_SAFE_INTEGER / 2);
      if (!found) {
        const [newest] = query.page({ streams: [{ station, kind: "unit" }], backwards: true }, undefined, 1);
        const last = newest?.entry.kind === "unit" ? `its newest is ${newest.entry.body.sequence}` : "it has none";
        throw new UnitMissingError(`the ledger has no unit ${sequence} of ${station}; ${last}`);
      }
      if (flags.json) console.log(JSON.stringify({ unit: found.unit, evidence: found.evidence }));
      else for (const line of unitLines(found)) console.log(line);
    });

const row = (name: string, value: string): string => `${name.padEnd(10)} ${value}`;
const time = (at: number): string => new Date(at).toISOString();
const defectText = ({ class: name, confidence, probability, zone, measures }: Defect): string =>
  [
    name,
    `confidence ${confidence.toFixed(3)}`,
    ...(probability === undefined ? [] : [`probability ${probability.toFixed(3)}`]),
    ...(zone ? [`in ${zone}`] : []),
    ...Object.entries(measures ?? {}).map(([quantity, value]) => `${quantity} ${Number(value.toPrecision(4))}`),
  ].join(", ");

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "pass":
    case "fail": {
      const defects = verdict.kind === "fail" ? verdict.defects : (verdict.review ?? []);
      const said = defects.map(defectText);
      const head = verdict.kind === "pass" && said.length > 0 ? "pass, to be looked at" : verdict.kind;
      return [head, ...(said.length > 0 ? said : [`confidence ${verdict.confidence.toFixed(3)}`])].join("; ");
    }
    case "invalid":
    case "notInspected":
      return `${verdict.kind} (${verdict.reason}${verdict.detail ? `: ${verdict.detail}` : ""})`;
  }
}

const placeText = ({ entry, hash }: Committed): string => `entry ${entry.offset}, hash ${hash}`;

/** What the ledger holds of a unit, for a person. */
export function unitLines({ unit, record, evidence }: UnitEntries): readonly string[] {
  const { recipe, model, unitId, context, cameras } = record;
  const told = new Set(evidence.flatMap(({ entry }) => ("file" in entry.body ? [entry.body.file] : [])));
  const pending = cameras.flatMap(({ imageRef }) => (imageRef && !told.has(imageRef) ? [imageRef] : []));
  return [
    `unit ${record.sequence} of ${unit.entry.station}: ${verdictText(record.verdict)}`,
    row("ledger", placeText(unit)),
    row("written", `${time(unit.entry.committedAt)} by ${unit.entry.by}`),
    row("trigger", `${record.triggerId}, at ${time(record.triggeredAt)}, decided ${time(record.decidedAt)}`),
    row("kind", `${record.unitKind}${record.simulated ? ", SIMULATED: no production evidence" : ""}`),
    row("reject", record.rejectRequested ? "requested" : "not requested"),
    ...(unitId ? [row("unit id", `${unitId} (${record.unitIdSource ?? "source unknown"})`)] : []),
    row("context", `revision ${context.revision}, lot ${context.lot || "none"}, SKU ${context.sku || "none"}`),
    ...(recipe?.id ? [row("recipe", `${recipeName(recipe)}, sha256 ${recipe.hash}`)] : []),
    ...(model ? [row("model", `${model.id}, sha256 of its card ${model.hash}`)] : []),
    ...cameras.flatMap(({ cameraId, verdict, measures, texts }) => [
      row("camera", `${cameraId}: ${verdictText(verdict)}`),
      ...Object.entries(measures ?? {}).map(([name, value]) => row("", `${name} ${Number(value.toPrecision(4))}`)),
      ...Object.entries(texts ?? {}).map(([name, text]) => row("", `${name} ${JSON.stringify(text)}`)),
    ]),
    ...evidence.flatMap(evidenceLines),
    ...pending.map((file) => row("picture", `${file}: no entry says that it was kept (yet)`)),
    ...(evidence.length + pending.length === 0 ? [row("picture", "none was wanted by the recipe")] : []),
    `"tallyline ledger verify --evidence" recomputes these hashes, those of the pictures included.`,
  ];
}

function evidenceLines(committed: Committed): readonly string[] {
  const { entry } = committed;
  if (entry.kind !== "evidence") return [];
  const { body } = entry;
  if (body.event === "kept")
    return [body, ...(body.marked ? [body.marked] : [])].flatMap(({ file, bytes, sha256 }, n) => [
      row(n === 0 ? "picture" : "marked", `${file} (${bytes} bytes)`),
      row("", `sha256 ${sha256}`),
      ...(n === 0 ? [row("", `camera ${body.cameraId}, ${placeText(committed)}`)] : []),
    ]);
  if (body.event === "dropped")
    return [
      row(
        "picture",
        `camera ${body.cameraId}: dropped, ${body.reason}${body.detail ? ` (${body.detail})` : ""}; ${placeText(committed)}`,
      ),
    ];
  return [];
}
