import type { Id, StaticValue } from "../node-row.ts";

/** How a member of a type comes to its instances (OPC 10000-3 §6.4.4). */
export type DeclaredRule = "Mandatory" | "Optional" | "MandatoryPlaceholder" | "OptionalPlaceholder";

/** One member of a standard's type, with everything that it inherits and everything below it. */
export interface DeclaredNode {
  readonly nodeClass: "Object" | "Variable" | "Method";
  readonly browseName: Id & { readonly id: string };
  /** Type of the reference from its parent. */
  readonly reference: Id;
  readonly rule: DeclaredRule;
  readonly description?: string;
  /** Type definition of objects and variables. */
  readonly definition?: Id;
  readonly dataType?: Id;
  /** -1 when absent. */
  readonly valueRank?: number;
  /** Method of the type, for MethodDeclarationId. */
  readonly declaration?: Id;
  /** What the document gives as value; only for what never changes (arguments, state numbers, texts of enumerations). */
  readonly value?: StaticValue;
  readonly children?: readonly DeclaredNode[];
}

/** A state of a state machine's type. All instances share it (OPC 10000-16 §4.4.5). */
export interface DeclaredState {
  readonly name: string;
  readonly id: Id;
  /** StateNumber. */
  readonly number: number;
}
/** A transition of a state machine's type, between states by name. */
export interface DeclaredTransition {
  readonly name: string;
  readonly id: Id;
  /** TransitionNumber. */
  readonly number: number;
  readonly from: string;
  readonly to: string;
}

export interface DeclaredType {
  readonly id: Id;
  readonly description?: string;
  readonly members: readonly DeclaredNode[];
  /** State machines only, inherited ones too. */
  readonly states?: readonly DeclaredState[];
  readonly transitions?: readonly DeclaredTransition[];
}

/** Standard types by `<namespace>:<name>`, made by `npm run nodeset` from the published documents. */
export type DeclaredTypes = Readonly<Record<string, DeclaredType>>;
