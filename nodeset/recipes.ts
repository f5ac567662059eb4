import { expectedRevision, revision } from "./context-arguments.ts";
import type { ArgumentModel, MethodModel, VariableTable } from "./model.ts";

const text = { dataType: "String" } as const;
const counter = { dataType: "UInt32" } as const;

export const recipesVariables = {
  ActiveRecipeId: {
    ...text,
    historized: true,
    description: "Recipe that inspects; empty when the station's own model does, without a recipe.",
  },
  ActiveRecipeVersion: { ...counter, description: "Its version; 0 without a recipe." },
  ActiveRecipeHash: { ...text, description: "SHA-256 of its file, hex." },
  ActiveSince: { dataType: "DateTime", description: "Since when it inspects." },
  PreviousRecipe: {
    ...text,
    description: "What RollbackRecipe leads back to, ID@version; empty when nothing ran before, or it was rolled back.",
  },
  AvailableRecipes: {
    ...text,
    description: "What may be selected, ID@version, separated by commas, as far as they fit.",
  },
  LoadingRecipe: {
    ...text,
    description: "Recipe that is being loaded; empty when none is. Until then the one in use goes on.",
  },
  Status: {
    ...text,
    description:
      "How it stands: what inspects, what is loading, or why units are not inspected or a recipe was refused.",
  },
} as const satisfies VariableTable;

const outputs = {
  ...revision,
  FromSequence: { dataType: "UInt32", description: "First unit that is inspected by it; 0 while it is loading." },
  State: { dataType: "Int32", description: "0 effective, 1 pending (it is loading), 2 unchanged." },
} as const satisfies Readonly<Record<string, ArgumentModel>>;

export const recipeMethods = {
  SelectRecipe: {
    description:
      "Changes RecipeId of the context and keeps the rest of it. The recipe is loaded first and takes over between two units.",
    inputs: {
      RecipeId: { dataType: "String", description: "ID (its newest version) or ID@version; empty for the usual one." },
      ...expectedRevision,
    },
    outputs,
  },
  RollbackRecipe: {
    description: "Goes back to the recipe that inspected before this one (PreviousRecipe), in the same way.",
    inputs: expectedRevision,
    outputs,
  },
  GetRecipe: {
    description: "A recipe as its file says it.",
    inputs: {
      RecipeId: { dataType: "String", description: "ID (its newest version) or ID@version; empty for the active one." },
    },
    outputs: {
      Recipe: { dataType: "String", description: "YAML, byte for byte what Hash is of." },
      Hash: { dataType: "String", description: "SHA-256 of it, hex." },
    },
  },
} as const satisfies Readonly<Record<string, MethodModel>>;
