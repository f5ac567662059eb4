import { companionRows, companionTypeId } from "./companions/instance.ts";
import { standard } from "./node-row.ts";
import { objectRow } from "./nodes.ts";
import type { StationPart } from "./station-parts.ts";

/** Files that can be open at a time. Nodes are never made or removed while the server runs: these are used in turn. */
export const evidenceFiles = ["File1", "File2", "File3", "File4"] as const;

const descriptions = {
  Size: "Size of the picture that is open, bytes; 0 when none is.",
  Writable: "False: pictures are evidence.",
  UserWritable: "False: pictures are evidence.",
  OpenCount: "Handles that are open.",
  MimeType: "image/webp or image/jpeg; empty when none is open.",
  MaxByteStringLength: "Bytes that one Read gives at most.",
  LastModifiedTime: "When the picture was taken; BadNoData when none is open.",
  Open: "Opens the same picture once more, for reading.",
  Close: "Closes the handle; after the last one the file is free for another picture.",
  Read: "Bytes from the handle's position on; empty at the end.",
  Write: "BadNotWritable: pictures are evidence.",
  GetPosition: "Position of the handle.",
  SetPosition: "Moves the handle; beyond the end it stands at the end.",
} as const;

/** The files through which pictures are read (OPC 10000-20). Only stations have them. */
export const evidencePart: StationPart = (place, station, of) => {
  if (!of) return [];
  const evidence = [...station, "Evidence"];
  const files = [...evidence, "Files"];
  return [
    objectRow(place, evidence, "Files", {
      definition: standard.folderType,
      description: "Files that pictures are read through, one picture each at a time.",
    }),
    ...evidenceFiles.flatMap((name) => [
      objectRow(place, files, name, {
        definition: companionTypeId("ua:FileType"),
        description: "A picture that is open for reading, or none.",
      }),
      ...companionRows(place, [...files, name], "ua:FileType", {
        optional: ["MimeType", "MaxByteStringLength", "LastModifiedTime"],
        descriptions,
      }),
    ]),
  ];
};
