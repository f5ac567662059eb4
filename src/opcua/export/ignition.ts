import type { ExportedTag, ExportFormat } from "./format.ts";

/** Name of the OPC connection in the Gateway that the tags refer to. */
const opcServer = "Tallyline";

/** Ignition has no unsigned types: the next larger one keeps every value. */
const dataTypes: Readonly<Record<string, string>> = {
  Boolean: "Boolean",
  Byte: "Int2",
  UInt16: "Int4",
  Int32: "Int4",
  UInt32: "Int8",
  Double: "Float8",
  Duration: "Float8",
  String: "String",
  DateTime: "DateTime",
  UtcTime: "DateTime",
};
const enumerationType = "Int4";

interface Folder {
  readonly name: string;
  readonly tagType: "Folder";
  readonly tags: (Folder | Readonly<Record<string, unknown>>)[];
}
const folder = (name: string): Folder => ({ name, tagType: "Folder", tags: [] });

/** The folder of that path, made where it is missing. */
const folderAt = (from: Folder, path: readonly string[]): Folder =>
  path.reduce((parent, name) => {
    const found = parent.tags.find((tag): tag is Folder => tag["tagType"] === "Folder" && tag["name"] === name);
    if (found) return found;
    const made = folder(name);
    parent.tags.push(made);
    return made;
  }, from);

const atomicTag = (tag: ExportedTag, name: string) => ({
  name,
  tagType: "AtomicTag",
  valueSource: "opc",
  dataType: dataTypes[tag.dataType] ?? enumerationType,
  opcServer,
  opcItemPath: tag.nodeId,
  readOnly: tag.access !== "read/write",
  documentation: tag.description,
  ...(tag.unit !== "" && { engUnit: tag.unit }),
});

/**
 * Tags as the Designer imports them. Ignition's subscriptions have no trigger to choose: equal minutes show as a change of
 * `MinuteNumber`.
 */
const ignition: ExportFormat = {
  summary: `Ignition: tags for "Import Tags" in the Designer; name the OPC connection "${opcServer}"`,
  render({ stations }) {
    const root = folder("");
    for (const { id, tags } of stations)
      for (const tag of tags) {
        const path = [id, ...tag.path];
        folderAt(root, path.slice(0, -1)).tags.push(atomicTag(tag, path.at(-1)!));
      }
    return `${JSON.stringify({ tags: root.tags }, null, 2)}\n`;
  },
};
export default ignition;
