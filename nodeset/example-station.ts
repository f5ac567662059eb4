import { facetNames, type StationShape } from "./station-shape.ts";

/** A station that stands for any, with every kind of instance in it: what contract and documentation are made from. */
export const exampleStation: StationShape = {
  id: "LINE-01",
  cameras: ["CAM-01"],
  defectClasses: ["OTHER"],
  consumers: ["MES-1"],
  nameplate: {
    manufacturer: "",
    model: "",
    serialNumber: "",
    productInstanceUri: "",
    manufacturerUri: "",
    productCode: "",
    hardwareRevision: "",
    deviceClass: "",
    assetId: "",
    componentName: "",
    location: "",
    yearOfConstruction: 2026,
    monthOfConstruction: 1,
  },
  cameraNameplates: { "CAM-01": { manufacturer: "", serialNumber: "", model: "" } },
  facets: facetNames,
};
