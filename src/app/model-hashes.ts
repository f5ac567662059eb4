import path from "node:path";
import type { ModelRef } from "../domain/unit-record.ts";
import type { InspectionSetup } from "../vision/messages.ts";

/** Holds every model to what it was when it was first loaded: a name and version is one model for ever. */
export interface ModelHashes {
  /** Why these models are not what they were, naming the file; undefined when they are. */
  changed(inspection: InspectionSetup, models: readonly ModelRef[]): string | undefined;
}

export function createModelHashes(): ModelHashes {
  const known = new Map<string, string>();
  return {
    changed({ modelFolders }, models) {
      const other = models.find(({ id, hash }) => hash !== (known.get(id) ?? hash));
      if (other) {
        const file = path.join(modelFolders[other.id] ?? other.id, "card.json");
        return `${file} has changed since ${other.id} was first loaded (SHA-256 ${other.hash.slice(0, 12)}…, was ${known.get(other.id)!.slice(0, 12)}…): a changed model needs another version; restore it, or raise the version and name it in a new recipe`;
      }
      for (const { id, hash } of models) known.set(id, hash);
      return undefined;
    },
  };
}
