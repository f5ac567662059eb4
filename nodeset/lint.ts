import type { ForeignNodes } from "./foreign.ts";
import { type Id, type NodeRow, type Reference, standard } from "./node-row.ts";
import type { RequiredModel } from "./xml.ts";

/** Our documents as rows, and what they refer to. */
export interface LintInput {
  readonly types: readonly NodeRow[];
  readonly site: readonly NodeRow[];
  /** Documents that ours say they need. */
  readonly requires: readonly RequiredModel[];
  readonly foreign: ForeignNodes;
}

const key = ({ ns, id }: Id): string => `${ns}:${id}`;
const same = (a: Id, b: Id): boolean => a.ns === b.ns && a.id === b.id;
const hasType = (type: Id, forward: boolean) => (r: Reference) => r.forward === forward && same(r.type, type);
/** OPC 10000-3 §7.3, §7.6: what leads to what is below, and what says that it is part of it. */
const hierarchical = "ua:33";
const aggregates = "ua:44";
const isInstance = ({ nodeClass }: NodeRow): boolean => ["Object", "Variable", "Method"].includes(nodeClass);
function duplicates(list: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(list.filter((item) => seen.size === seen.add(item).size))];
}

/** The rows with the questions that rules have about them. */
function indexOf({ types, site, foreign }: LintInput) {
  const own = new Map([...types, ...site].map((row) => [key(row.id), row]));
  const classOf = (id: Id): string | undefined => own.get(key(id))?.nodeClass ?? foreign.classes.get(key(id));
  /** True below an ObjectType of ours: an instance declaration (OPC 10000-3 §6.2). */
  const isDeclaration = (row: NodeRow): boolean => {
    const parent = row.parent && own.get(key(row.parent));
    return parent !== undefined && (parent.nodeClass === "ObjectType" || isDeclaration(parent));
  };
  const isA = (type: string | undefined, wanted: string): boolean =>
    type !== undefined && (type === wanted || isA(foreign.supertypes.get(type), wanted));
  /** References that a node hangs on. */
  const above = ({ references }: NodeRow, by: string): Id[] =>
    references.filter((r) => !r.forward && isA(key(r.type), by)).map(({ target }) => target);
  return { own, classOf, isDeclaration, above };
}
type Index = ReturnType<typeof indexOf>;

/** A rule about one node: what is wrong with it, in words. */
type Rule = (row: NodeRow, index: Index) => readonly string[];
const when = (isWrong: unknown, text: string): string[] => (isWrong ? [text] : []);

const rules: readonly Rule[] = [
  // OPC 10000-3 §5.2.6; for whoever commissions it is not optional.
  ({ description }) => when(description.trim() === "", "has no description"),

  // A dangling reference is an error in a client's face, and an import that stops.
  ({ references }, { classOf }) =>
    references.flatMap(({ type, target }) => [
      ...when(classOf(target) === undefined, `refers to ${key(target)}, which no document has`),
      ...when(classOf(type) !== "ReferenceType", `refers by ${key(type)}, which is no type of reference`),
    ]),
  ({ references }) =>
    duplicates(references.map(({ type, target, forward }) => `${key(type)} ${forward} ${key(target)}`)).map(
      (reference) => `has twice the reference ${reference}`,
    ),
  // OPC 10000-3 §4.4.4: a reference is one thing seen from two ends, not two in opposite directions.
  ({ id, references }, { own }) =>
    references
      .filter(({ type, target, forward }) =>
        own.get(key(target))?.references.some((r) => same(r.type, type) && same(r.target, id) && r.forward === forward),
      )
      .map(({ type, target }) => `and ${key(target)} each claim to be the same end of a ${key(type)}`),

  // OPC 10000-6 §F.3: ParentNodeId names a node that it hangs on.
  (row, index) => {
    const above = index.above(row, hierarchical);
    return [
      ...when(above.length === 0, "hangs on nothing"),
      ...when(row.parent && !above.some((id) => same(id, row.parent!)), "has a parent that it does not hang on"),
    ];
  },

  // OPC 10000-3 §5.5.1, §5.6.2, §7.13.
  (row) => {
    const count = row.references.filter(hasType(standard.hasTypeDefinition, true)).length;
    const wanted = row.nodeClass === "Object" || row.nodeClass === "Variable" ? 1 : 0;
    return when(count !== wanted, `has ${count} type definitions instead of ${wanted}`);
  },
  (row, { classOf }) =>
    row.references
      .filter(hasType(standard.hasTypeDefinition, true))
      .filter(({ target }) => classOf(target) !== `${row.nodeClass}Type`)
      .map(({ target }) => `is of type ${key(target)}, which is no ${row.nodeClass}Type`),

  // OPC 10000-3 §6.4.4: a declaration says whether instances have it; an instance says nothing of the kind.
  (row, { isDeclaration }) => {
    const count = row.references.filter(hasType(standard.hasModellingRule, true)).length;
    const wanted = isInstance(row) && isDeclaration(row) ? 1 : 0;
    return when(count !== wanted, `has ${count} modelling rules instead of ${wanted}`);
  },

  // OPC 10000-3 §5.6.2: node-opcua makes a variable that says nothing of access writable.
  (row, { classOf }) =>
    row.nodeClass !== "Variable"
      ? []
      : [
          ...when(row.accessLevel === undefined, "does not say who may read and write it"),
          ...when(!row.dataType || classOf(row.dataType) !== "DataType", "has no data type that a document has"),
        ],

  // OPC 10000-3 §5.7: what an instance's method stands for is a method of the same name.
  ({ declaration, browseName }, { own, classOf }) =>
    !declaration
      ? []
      : [
          ...when(classOf(declaration) !== "Method", `stands for ${key(declaration)}, which is no method`),
          ...when(
            (own.get(key(declaration))?.browseName.name ?? browseName.name) !== browseName.name,
            `stands for ${key(declaration)}, which has another name`,
          ),
        ],
];

/** Browse names of what is part of one node have to differ, or a path leads to two nodes (OPC 10000-3 §6.2.6). */
const ambiguousNames = (rows: readonly NodeRow[], { above }: Index): string[] =>
  duplicates(
    rows.flatMap((row) =>
      above(row, aggregates).map((id) => `${key(id)}: has two of ${row.browseName.ns}:${row.browseName.name}`),
    ),
  );

/** OPC 10000-6 §F.5: a document names those that it needs in the version that it was made against. */
const requiredModels = ({ requires, foreign }: LintInput): string[] =>
  requires.flatMap(({ uri, version, publicationDate }) => {
    const loaded = foreign.models.get(uri);
    if (!loaded) return `${uri}: is required, and no document has it`;
    return loaded.version === version && loaded.publicationDate === publicationDate
      ? []
      : `${uri}: is required as ${version} of ${publicationDate}; loaded is ${loaded.version} of ${loaded.publicationDate}`;
  });

/** Everything that is wrong with our documents, `<node>: <what>`; empty when all is well. */
export function lint(input: LintInput): string[] {
  const rows = [...input.types, ...input.site];
  const index = indexOf(input);
  return [
    ...duplicates(rows.map(({ id }) => key(id))).map((id) => `${id}: is there twice`),
    ...rows.flatMap((row) => rules.flatMap((rule) => rule(row, index)).map((text) => `${key(row.id)}: ${text}`)),
    ...ambiguousNames(rows, index),
    ...requiredModels(input),
  ];
}
