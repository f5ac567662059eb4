import type { NamespaceKey } from "./namespaces.ts";
import type { Id, NodeRow, StaticValue } from "./node-row.ts";

/** A document that another one needs, in the version that it was made against. */
export interface RequiredModel {
  readonly uri: string;
  readonly version: string;
  readonly publicationDate: string;
}

/** A NodeSet2 document (OPC 10000-6 Annex F). */
export interface NodesetDocument {
  readonly modelUri: string;
  readonly version: string;
  readonly publicationDate: string;
  /** Namespaces that nodes or references may name, own one first, with their URIs. */
  readonly namespaces: readonly (readonly [key: NamespaceKey, uri: string])[];
  /** Documents that have to be loaded before. */
  readonly requires: readonly RequiredModel[];
  readonly nodes: readonly NodeRow[];
  /** Numbers of our types' symbols. */
  readonly numbers: ReadonlyMap<string, number>;
}

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!);

/** UNECE code → UnitId (OPC 10000-8 §5.6.3.3): its characters as a big-endian number. */
const unitId = (code: string): number => [...code].reduce((sum, c) => sum * 256 + c.charCodeAt(0), 0);
const uneceUri = "http://www.opcfoundation.org/UA/units/un/cefact";
const typesNamespace = 'xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd"';
const wholeNumbers = { byte: "Byte", uint16: "UInt16", uint32: "UInt32" } as const;
const localized = (tag: string, text: string): string =>
  `<${tag}><Locale>en</Locale><Text>${escaped(text)}</Text></${tag}>`;
const structure = (typeId: number, body: string): string =>
  `<ExtensionObject><TypeId><Identifier>i=${typeId}</Identifier></TypeId><Body>${body}</Body></ExtensionObject>`;

/** The document as text; the same model gives the same bytes. @throws RangeError for a symbol without a number. */
export function toXml(document: NodesetDocument): string {
  const indexes = new Map<NamespaceKey, number>([
    ["ua", 0],
    ...document.namespaces.map(([key], i) => [key, i + 1] as const),
  ]);
  const indexOf = (ns: NamespaceKey): number => {
    const index = indexes.get(ns);
    if (index === undefined) throw new RangeError(`the document does not name namespace ${ns}`);
    return index;
  };
  const nodeId = ({ ns, id }: Id): string => {
    const index = indexOf(ns);
    const value = ns === "tallyline" && typeof id === "string" ? document.numbers.get(id) : id;
    if (value === undefined) throw new RangeError(`${id} has no number in NodeIds.csv; run npm run nodeset`);
    return escaped(`${index === 0 ? "" : `ns=${index};`}${typeof value === "number" ? "i" : "s"}=${value}`);
  };
  const valueXml = (value: StaticValue): string => {
    switch (value.kind) {
      case "string":
        return `<String ${typesNamespace}>${escaped(value.text)}</String>`;
      case "byte":
      case "uint16":
      case "uint32":
        return `<${wholeNumbers[value.kind]} ${typesNamespace}>${value.value}</${wholeNumbers[value.kind]}>`;
      case "boolean":
        return `<Boolean ${typesNamespace}>${value.value}</Boolean>`;
      case "dateTime":
        return `<DateTime ${typesNamespace}>${value.text}</DateTime>`;
      case "int32s":
        return `<ListOfInt32 ${typesNamespace}>${value.values.map((v) => `<Int32>${v}</Int32>`).join("")}</ListOfInt32>`;
      case "strings":
        return `<ListOfString ${typesNamespace}>${value.texts.map((t) => `<String>${escaped(t)}</String>`).join("")}</ListOfString>`;
      case "localizedText":
        return `<LocalizedText ${typesNamespace}><Locale>en</Locale><Text>${escaped(value.text)}</Text></LocalizedText>`;
      case "localizedTexts":
        return `<ListOfLocalizedText ${typesNamespace}>${value.texts.map((t) => localized("LocalizedText", t)).join("")}</ListOfLocalizedText>`;
      case "range":
        return structure(885, `<Range><Low>${value.low}</Low><High>${value.high}</High></Range>`).replace(
          "<ExtensionObject>",
          `<ExtensionObject ${typesNamespace}>`,
        );
      case "unit":
        return structure(
          888,
          `<EUInformation><NamespaceUri>${uneceUri}</NamespaceUri><UnitId>${unitId(value.code)}</UnitId>` +
            `${localized("DisplayName", value.symbol)}${localized("Description", value.name)}</EUInformation>`,
        ).replace("<ExtensionObject>", `<ExtensionObject ${typesNamespace}>`);
      case "arguments":
        return `<ListOfExtensionObject ${typesNamespace}>${value.arguments
          .map((argument) =>
            structure(
              297,
              `<Argument><Name>${escaped(argument.name)}</Name><DataType><Identifier>${nodeId(argument.dataType)}</Identifier></DataType>` +
                `<ValueRank>${argument.isArray ? 1 : -1}</ValueRank><ArrayDimensions/>${localized("Description", argument.description)}</Argument>`,
            ),
          )
          .join("")}</ListOfExtensionObject>`;
    }
  };
  const nodeXml = (node: NodeRow): string => {
    const attributes: Record<string, string | number | undefined> = {
      NodeId: nodeId(node.id),
      BrowseName: escaped(
        `${indexOf(node.browseName.ns) || ""}${indexOf(node.browseName.ns) ? ":" : ""}${node.browseName.name}`,
      ),
      ParentNodeId: node.parent && nodeId(node.parent),
      IsAbstract: node.isAbstract && "true",
      // Bits of OPC 10000-3 §8.59: 1 SubscribeToEvents, 4 HistoryRead.
      EventNotifier: node.eventNotifier && (node.historizing ? 5 : 1),
      DataType: node.dataType && nodeId(node.dataType),
      ValueRank: node.arrayLength !== undefined ? 1 : node.valueRank,
      ArrayDimensions: node.arrayLength,
      AccessLevel: node.accessLevel,
      Historizing: node.nodeClass === "Variable" && node.historizing ? "true" : undefined,
      MinimumSamplingInterval: node.nodeClass === "Variable" ? 0 : undefined,
      MethodDeclarationId: node.declaration && nodeId(node.declaration),
    };
    const text = Object.entries(attributes)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}="${value}"`)
      .join("");
    const references = node.references
      .map(
        (r) =>
          `      <Reference ReferenceType="${nodeId(r.type)}"${r.forward ? "" : ' IsForward="false"'}>${nodeId(r.target)}</Reference>\n`,
      )
      .join("");
    const definition = node.names
      ? `    <Definition Name="${indexOf(node.browseName.ns)}:${escaped(node.browseName.name)}">\n${node.names
          .map((name, value) => `      <Field Name="${escaped(name)}" Value="${value}"/>\n`)
          .join("")}    </Definition>\n`
      : "";
    return (
      `  <UA${node.nodeClass}${text}>\n    <DisplayName Locale="en">${escaped(node.browseName.name)}</DisplayName>\n` +
      `    <Description Locale="en">${escaped(node.description)}</Description>\n    <References>\n${references}    </References>\n` +
      `${definition}${node.value ? `    <Value>${valueXml(node.value)}</Value>\n` : ""}  </UA${node.nodeClass}>\n`
    );
  };
  return (
    `<?xml version="1.0" encoding="utf-8"?>\n<UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">\n  <NamespaceUris>\n` +
    `${document.namespaces.map(([, uri]) => `    <Uri>${escaped(uri)}</Uri>\n`).join("")}  </NamespaceUris>\n  <Models>\n` +
    `    <Model ModelUri="${escaped(document.modelUri)}" Version="${document.version}" PublicationDate="${document.publicationDate}">\n` +
    `${document.requires.map((r) => `      <RequiredModel ModelUri="${escaped(r.uri)}" Version="${r.version}" PublicationDate="${r.publicationDate}"/>\n`).join("")}    </Model>\n  </Models>\n` +
    `${document.nodes.map(nodeXml).join("")}</UANodeSet>\n`
  );
}
