import {
  type AddressSpace,
  type BaseNode,
  DataType,
  type DataValue,
  NodeClass,
  StatusCodes,
  type UAVariable,
  Variant,
} from "node-opcua";
import { namespaceIndexes } from "../../nodeset/namespaces.ts";

/**
 * Says "no value yet" where a standard's document leaves a variable with a data type and no value, as OPC 40001-101 does
 * below `ResultMetaData` of its type: node-opcua cannot encode it, and the Read of any list of nodes with one such in it
 * would never be answered.
 */
export function markMissingValues(addressSpace: AddressSpace): void {
  for (const namespace of addressSpace.getNamespaceArray().slice(namespaceIndexes.di))
    for (const node of (namespace as unknown as { nodeIterator(): Iterable<BaseNode> }).nodeIterator()) {
      if (node.nodeClass !== NodeClass.Variable) continue;
      // The value is a getter into the structure above, which is whole as it is and would not take a null.
      const shown = (node as UAVariable as unknown as { readonly $dataValue: DataValue }).$dataValue;
      if (shown.value.value !== undefined || shown.value.dataType === DataType.Null) continue;
      shown.value = new Variant({ dataType: DataType.Null });
      shown.statusCode = StatusCodes.BadWaitingForInitialData;
    }
}
