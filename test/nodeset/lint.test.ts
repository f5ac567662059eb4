import { readFileSync } from "node:fs";
import { nodesets } from "node-opcua";
import { standardModels } from "../../nodeset/documents.ts";
import { exampleStation } from "../../nodeset/example-station.ts";
import { readForeignNodes } from "../../nodeset/foreign.ts";
import { type LintInput, lint } from "../../nodeset/lint.ts";
import { baseUri, type NamespaceKey, standardNamespaces, standardUris } from "../../nodeset/namespaces.ts";
import { from, type NodeRow, standard, to, type } from "../../nodeset/node-row.ts";
import { siteNodes } from "../../nodeset/site-nodes.ts";
import { typeNodes } from "../../nodeset/type-nodes.ts";

const keys = new Map<string, NamespaceKey>([
  [baseUri, "ua"],
  ...standardNamespaces.map((name) => [standardUris[name], name] as const),
]);
const foreign = readForeignNodes(
  [nodesets.standard!, ...standardNamespaces.map((name) => nodesets[name]!)].map((file) => readFileSync(file, "utf8")),
  keys,
);
const sound: LintInput = {
  types: typeNodes(),
  site: siteNodes("demo", [exampleStation, { ...exampleStation, id: "LINE-02" }], "0.1.0"),
  requires: standardModels,
  foreign,
};

test("our documents are sound", () => {
  expect(foreign.classes.size).toBeGreaterThan(5_000);
  expect(lint(sound)).toEqual([]);
});

const at = (row: NodeRow, name: string): boolean => row.id.id === name;
/** The documents with one row otherwise. */
const changed = (name: string, change: (row: NodeRow) => NodeRow | NodeRow[]): LintInput => {
  const all = [...sound.types, ...sound.site];
  if (!all.some((row) => at(row, name))) throw new Error(`there is no ${name} to change`);
  const rows = (list: readonly NodeRow[]) => list.flatMap((row) => (at(row, name) ? change(row) : row));
  return { ...sound, types: rows(sound.types), site: rows(sound.site) };
};
const without = (row: NodeRow, reference: { readonly id: number | string }): NodeRow => ({
  ...row,
  references: row.references.filter((r) => r.type.id !== reference.id),
});
const variable = "LINE-01/Status/LineStatus";
const declared = "StationStatusType_LineStatus";

// A linter that finds nothing is worth what it would have found.
test.each<[string, LintInput, string]>([
  ["a node twice", changed(variable, (row) => [row, row]), "is there twice"],
  ["no description", changed(variable, (row) => ({ ...row, description: " " })), "has no description"],
  [
    "a target that is nowhere",
    changed(variable, (row) => ({ ...row, references: [...row.references, to(standard.organizes, type("Nothing"))] })),
    "refers to tallyline:Nothing, which no document has",
  ],
  [
    "a reference of no type",
    changed(variable, (row) => ({ ...row, references: [...row.references, to(standard.string, standard.server)] })),
    "refers by ua:12, which is no type of reference",
  ],
  [
    "a reference twice",
    changed(variable, (row) => ({ ...row, references: [...row.references, row.references[0]!] })),
    "has twice the reference ua:47 false site:LINE-01/Status",
  ],
  [
    "two opposite ends",
    changed("LINE-01/Status", (row) => ({
      ...row,
      references: [...row.references, from(standard.hasComponent, { ns: "site", id: variable })],
    })),
    "each claim to be the same end",
  ],
  ["no parent", changed(variable, (row) => without(row, standard.hasComponent)), "hangs on nothing"],
  [
    "another parent than it hangs on",
    changed(variable, (row) => ({ ...row, parent: standard.server })),
    "has a parent that it does not hang on",
  ],
  [
    "no type definition",
    changed(variable, (row) => without(row, standard.hasTypeDefinition)),
    "has 0 type definitions instead of 1",
  ],
  [
    "an object's type for a variable",
    changed(variable, (row) => ({
      ...without(row, standard.hasTypeDefinition),
      references: [
        ...without(row, standard.hasTypeDefinition).references,
        to(standard.hasTypeDefinition, standard.folderType),
      ],
    })),
    "which is no VariableType",
  ],
  [
    "a declaration without a modelling rule",
    changed(declared, (row) => without(row, standard.hasModellingRule)),
    "has 0 modelling rules instead of 1",
  ],
  [
    "an instance with one",
    changed(variable, (row) => ({
      ...row,
      references: [...row.references, to(standard.hasModellingRule, standard.mandatory)],
    })),
    "has 1 modelling rules instead of 0",
  ],
  ["no access level", changed(variable, ({ accessLevel: _, ...row }) => row), "does not say who may read and write it"],
  [
    "a data type that is nowhere",
    changed(variable, (row) => ({ ...row, dataType: type("NoType") })),
    "has no data type that a document has",
  ],
  [
    "a method that stands for another",
    changed("LINE-01/Context/EndLot", (row) => ({ ...row, declaration: type("ContextType_StartLot") })),
    "which has another name",
  ],
  [
    "two of one name",
    changed("LINE-01/Status/ModelStatus", (row) => ({ ...row, browseName: { ns: "tallyline", name: "LineStatus" } })),
    "site:LINE-01/Status: has two of tallyline:LineStatus",
  ],
  [
    "a required model in another version",
    { ...sound, requires: [{ ...standardModels[1]!, version: "0.9" }] },
    "is required as 0.9",
  ],
  [
    "a required model that is nowhere",
    { ...sound, requires: [{ uri: "http://nowhere/", version: "1", publicationDate: "" }] },
    "http://nowhere/: is required, and no document has it",
  ],
])("%s is found", (_, input, text) => {
  expect(lint(input).join("\n")).toContain(text);
});
