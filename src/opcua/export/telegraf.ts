import type { ExportedTag, ExportFormat, ExportModel } from "./format.ts";

/** A TOML basic string: JSON's escapes are a subset of its. */
const text = (value: string): string => JSON.stringify(value);
const table = (entries: Readonly<Record<string, string>>): string =>
  `{ ${Object.entries(entries)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ")} }`;
const nodeId = (id: string): { namespace: string; identifier_type: string; identifier: string } => {
  const [, namespace = "0", type = "i", identifier = ""] = /^(?:ns=(\d+);)?([is])=(.*)$/.exec(id) ?? [];
  return { namespace, identifier_type: type, identifier };
};
const nodeLines = (id: string, indent: string): string =>
  Object.entries(nodeId(id))
    .map(([key, value]) => `${indent}${key} = ${text(value)}\n`)
    .join("");

const group = "inputs.opcua_listener.group";
/** Values of a minute or a unit come all at once; the queue holds several of them. Inline tables cannot carry this. */
const nodeLine = (tag: ExportedTag): string =>
  `    [[${group}.nodes]]\n      name = ${text(tag.path.at(-1)!)}\n      identifier = ${text(tag.identifier)}\n` +
  `      [${group}.nodes.monitoring_params]\n        sampling_interval = "0s"\n        queue_size = 100\n` +
  `        [${group}.nodes.monitoring_params.data_change_filter]\n          trigger = "StatusValueTimestamp"\n`;

/** Tags of one object are one group: a metric with its path as a tag. */
function groups({ stations }: ExportModel): string {
  const objects = new Map<string, ExportedTag[]>();
  for (const tag of stations.flatMap(({ tags }) => tags)) {
    const object = tag.identifier.slice(0, tag.identifier.lastIndexOf("/"));
    objects.set(object, [...(objects.get(object) ?? []), tag]);
  }
  return [...objects]
    .map(([, tags]) => {
      const [first] = tags as [ExportedTag];
      const path = first.path.slice(0, -1).join("/");
      return (
        `  [[${group}]]\n    name = "tallyline"\n    namespace = ${text(nodeId(first.nodeId).namespace)}\n` +
        `    identifier_type = "s"\n    default_tags = ${table({ station: text(first.station), object: text(path) })}\n` +
        tags.map(nodeLine).join("")
      );
    })
    .join("\n");
}

/** The plug-in selects fields of namespace 0 only, so that ours stay out of its reach. */
const baseFields = ["EventId", "EventType", "SourceName", "Time", "ReceiveTime", "Severity", "Message"];
const events = (model: ExportModel): string =>
  model.stations
    .flatMap(({ nodeId: station }) =>
      model.events.map(
        ({ name, typeId }) =>
          `  # ${name}\n  [[inputs.opcua_listener.events]]\n    queue_size = 100\n` +
          `    fields = [${baseFields.map(text).join(", ")}]\n` +
          `    [inputs.opcua_listener.events.event_type_node]\n${nodeLines(typeId, "      ")}` +
          `    [[inputs.opcua_listener.events.node_ids]]\n${nodeLines(station, "      ")}`,
      ),
    )
    .join("\n");

/** Two inputs: one for tags, with the time of the source; one for events. */
const telegraf: ExportFormat = {
  summary: "Telegraf: [[inputs.opcua_listener]] for /etc/telegraf/telegraf.d/; one tells tags, one events",
  render(model) {
    const connection =
      `  endpoint = ${text(model.endpoint)}\n  connect_fail_behavior = "retry"\n` +
      (model.securityNone
        ? `  security_policy = "None"\n  security_mode = "None"\n`
        : `  security_policy = "Basic256Sha256"\n  security_mode = "SignAndEncrypt"\n` +
          `  certificate = "/etc/telegraf/cert.pem"\n  private_key = "/etc/telegraf/key.pem"\n`) +
      (model.anonymous
        ? `  auth_method = "Anonymous"\n`
        : `  auth_method = "UserName"\n  username = "\${TALLYLINE_USER}"\n  password = "\${TALLYLINE_PASSWORD}"\n`);
    return (
      `# Tallyline, site ${model.site}: tags\n[[inputs.opcua_listener]]\n${connection}  timestamp = "source"\n  subscription_interval = "500ms"\n\n` +
      `${groups(model)}\n# Tallyline, site ${model.site}: events, by the fields of BaseEventType; the fields of a unit are tags of LastUnit\n` +
      `[[inputs.opcua_listener]]\n${connection}  subscription_interval = "500ms"\n\n${events(model)}`
    );
  },
};
export default telegraf;
