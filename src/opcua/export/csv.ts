import type { ExportFormat } from "./format.ts";

/** One field of a CSV file (RFC 4180). */
export const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
export const csvLine = (fields: readonly string[]): string => `${fields.map(csvField).join(",")}\r\n`;

const csv: ExportFormat = {
  summary: "CSV: one line per tag, for spreadsheets and for clients with an import of their own",
  render: ({ stations }) =>
    csvLine(["NodeId", "BrowsePath", "DataType", "Unit", "Access", "Historized", "Description"]) +
    stations
      .flatMap(({ tags }) => tags)
      .map((tag) =>
        csvLine([
          tag.nodeId,
          tag.browsePath,
          tag.dataType,
          tag.unit,
          tag.access,
          tag.historized ? "yes" : "no",
          tag.description,
        ]),
      )
      .join(""),
};
export default csv;
