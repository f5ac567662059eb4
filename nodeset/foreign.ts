import { baseUri, type NamespaceKey } from "./namespaces.ts";

/** What other documents hold, as far as ours may refer to it. */
export interface ForeignNodes {
  /** `<namespace>:<identifier>` → node class, e.g. `di:1001` → `ObjectType`. */
  readonly classes: ReadonlyMap<string, string>;
  /** Type of reference → its supertype, both as above. */
  readonly supertypes: ReadonlyMap<string, string>;
  /** URI → version and date of the document that defines it. */
  readonly models: ReadonlyMap<string, { readonly version: string; readonly publicationDate: string }>;
}

const attribute = (tag: string, name: string): string => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
const supertype = /ReferenceType="(?:HasSubtype|i=45)"\s+IsForward="false"\s*>([^<]*)</;
const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** Reads NodeSet2 documents of the standards; `keys` names each by the URI of its namespace. */
export function readForeignNodes(documents: readonly string[], keys: ReadonlyMap<string, NamespaceKey>): ForeignNodes {
  const classes = new Map<string, string>();
  const supertypes = new Map<string, string>();
  const models = new Map<string, { version: string; publicationDate: string }>();
  for (const xml of documents) {
    const uris = [...(/<NamespaceUris>(.*?)<\/NamespaceUris>/s.exec(xml)?.[1] ?? "").matchAll(/<Uri>(.*?)<\/Uri>/g)];
    const ofIndex = [keys.get(baseUri), ...uris.map(([, uri]) => keys.get(uri!))];
    const keyOf = (nodeId: string): string | undefined => {
      const [, index = "0", identifier] = /^(?:ns=(\d+);)?[isgb]=(.*)$/.exec(unescaped(nodeId)) ?? [];
      const namespace = ofIndex[Number(index)];
      return namespace && identifier !== undefined ? `${namespace}:${identifier}` : undefined;
    };
    for (const [, nodeClass, nodeId] of xml.matchAll(/<UA(\w+)\s[^>]*?NodeId="([^"]*)"/g)) {
      const key = keyOf(nodeId!);
      if (key) classes.set(key, nodeClass!);
    }
    for (const [type, nodeId] of xml.matchAll(/<UAReferenceType\s[^>]*?NodeId="([^"]*)".*?<\/UAReferenceType>/gs)) {
      const [key, above] = [keyOf(nodeId!), keyOf(supertype.exec(type)?.[1] ?? "")];
      if (key && above) supertypes.set(key, above);
    }
    const model = /<Model\s[^>]*>/.exec(xml)?.[0];
    if (model)
      models.set(attribute(model, "ModelUri"), {
        version: attribute(model, "Version"),
        publicationDate: attribute(model, "PublicationDate"),
      });
  }
  return { classes, supertypes, models };
}
