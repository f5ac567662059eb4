import type { MethodModel, VariableTable } from "./model.ts";

const counter = { dataType: "UInt32" } as const;

export const evidenceVariables = {
  KeptCount: {
    ...counter,
    description: "Pictures kept since the beginning of the ledger; later ones may have expired.",
  },
  DroppedCount: {
    ...counter,
    description: "Pictures that the recipe wanted and that could not be kept, since the beginning of the ledger.",
  },
  UsedMb: { dataType: "Double", description: "What the pictures take on the disk now, in 10^6 bytes." },
  OldestTime: { dataType: "DateTime", description: "Time of the oldest picture that is kept; BadNoData without one." },
  Stopped: {
    dataType: "String",
    description: "Why no picture is kept at present, e.g. a disk that is nearly full; empty when the recipe decides.",
  },
} as const satisfies VariableTable;

export const evidenceMethods = {
  OpenEvidence: {
    description:
      "Opens the picture of a unit for reading, once it agrees with its hash in the ledger. Read it in parts from FileNodeId with FileHandle, then Close; unused for 60 s, it is closed.",
    inputs: {
      Sequence: { dataType: "UInt32", description: "Number of the unit." },
      CameraId: { dataType: "String", description: "Camera; empty for the one that decided." },
      Marked: {
        dataType: "Boolean",
        description: "The picture with what was found drawn into it; false: as the camera saw it.",
      },
    },
    outputs: {
      FileNodeId: { dataType: "NodeId", description: "The file (OPC 10000-20), below Evidence/Files." },
      FileHandle: { dataType: "UInt32", description: "Handle for its Read and Close; of this session only." },
      FileName: { dataType: "String", description: "Name below the evidence folder, as ImageRef." },
      Size: { dataType: "UInt32", description: "Bytes." },
      Sha256: { dataType: "String", description: "SHA-256 of the bytes, hex, as the ledger has it." },
    },
  },
} as const satisfies Readonly<Record<string, MethodModel>>;
