import { csvLine } from "./csv.ts";
import type { ExportFormat } from "./format.ts";

/**
 * Device items of the OPC UA client of AVEVA Communication Drivers (OI Gateway): name and item reference. The reference
 * names the namespace by its URI, so that no alias has to be set up: `UANS(<uri>)UAItemRef(<identifier>)`.
 * Names have dots in place of slashes, as attribute names of System Platform do.
 */
const aveva: ExportFormat = {
  summary: "AVEVA Communication Drivers, OPC UA: device items (name, item reference) for the import of a device group",
  render: ({ stations, siteUri }) =>
    stations
      .flatMap(({ tags }) => tags)
      .map(({ identifier }) => csvLine([identifier.replaceAll("/", "."), `UANS(${siteUri})UAItemRef(${identifier})`]))
      .join(""),
};
export default aveva;
