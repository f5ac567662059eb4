import type { ExportedEvent, ExportFormat, ExportModel } from "./format.ts";

const baseEventType = "i=2041";
const baseFields = ["EventId", "EventType", "SourceName", "Time", "ReceiveTime", "Severity", "Message"];

const selectClauses = ({ model, typeId }: ExportedEvent, index: number) => [
  ...baseFields.map((name) => ({ TypeDefinitionId: baseEventType, BrowsePath: [name] })),
  ...Object.keys(model.fields).map((name) => ({ TypeDefinitionId: typeId, BrowsePath: [`/${index}:${name}`] })),
];
/** Only events of that type, and of its subtypes (OPC 10000-4 §7.7.3, OfType). */
const ofType = (typeId: string) => ({
  Elements: [{ FilterOperator: "OfType", FilterOperands: [{ Value: typeId }] }],
});

const connection = ({ endpoint, site, securityNone, anonymous }: ExportModel) => ({
  EndpointUrl: endpoint,
  EndpointSecurityMode: securityNone ? "None" : "SignAndEncrypt",
  ...(!securityNone && {
    EndpointSecurityPolicy: "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256",
  }),
  OpcAuthenticationMode: anonymous ? "Anonymous" : "UsernamePassword",
  ...(!anonymous && { OpcAuthenticationUsername: "", OpcAuthenticationPassword: "" }),
  DataSetWriterGroup: `tallyline-${site}`,
});

/** One writer for the tags of a station, and one per event type. */
const opcPublisher: ExportFormat = {
  summary: "Azure OPC Publisher: published nodes (pn.json)",
  render: (model) =>
    `${JSON.stringify(
      model.stations.flatMap(({ id, nodeId, tags }) => [
        {
          ...connection(model),
          DataSetWriterId: `${id}-tags`,
          DataSetPublishingInterval: 500,
          OpcNodes: tags.map((tag) => ({
            Id: tag.nodeId,
            DataSetFieldId: tag.identifier,
            DisplayName: tag.identifier,
            OpcSamplingInterval: 0,
            QueueSize: 100,
            DataChangeTrigger: "StatusValueTimestamp",
          })),
        },
        ...model.events.map((event) => ({
          ...connection(model),
          DataSetWriterId: `${id}-${event.name}`,
          DataSetPublishingInterval: 500,
          OpcNodes: [
            {
              Id: nodeId,
              DisplayName: `${id} ${event.name}`,
              QueueSize: 5_000,
              EventFilter: {
                SelectClauses: selectClauses(event, model.typesIndex),
                WhereClause: ofType(event.typeId),
              },
            },
          ],
        })),
      ]),
      null,
      2,
    )}\n`,
};
export default opcPublisher;
