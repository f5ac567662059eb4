import { type AddressSpace, type ISessionContext, StatusCodes, type UAMethod, type Variant } from "node-opcua";
import { visionCommands } from "../../nodeset/machine-vision.ts";
import { packMlCommands } from "../../nodeset/packml.ts";
import type { FacetName } from "../../nodeset/station-shape.ts";
import type { StationSetup } from "./messages.ts";
import { MethodError } from "./method-table.ts";
import { instanceNodeId } from "./node-id.ts";

/** Methods that a standard makes mandatory, and that mean nothing on a line which follows its trigger and its MES. */
const closed: Readonly<Record<FacetName, readonly string[]>> = {
  machineVision: visionCommands.map((name) => `VisionSystem/${name}`),
  packml: packMlCommands.map((name) => `PackML/${name}`),
  weihenstephan: [],
};

/** The same of every station: members of a type whose other members it has. */
const alwaysClosed = ["GenerateFileForWrite", "CloseAndCommit"].map(
  (name) => `ResultManagement/ResultTransfer/${name}`,
);

/** What decides on the attribute Executable; node-opcua has no public way to set it. */
interface MethodInternals {
  _getExecutableFlag?: (context: unknown) => boolean;
}

/**
 * Says of these methods that they cannot be executed: attribute Executable (OPC 10000-3 §5.7) is false, and a call gets
 * BadNotExecutable (OPC 10000-4 §5.12.2) with everything as it was.
 *
 * @throws MethodError for one without a node.
 */
export function closeMethods(addressSpace: AddressSpace, { id, facets }: StationSetup): void {
  for (const path of [...alwaysClosed, ...facets.flatMap((facet) => closed[facet])]) {
    const nodeId = instanceNodeId(id, path);
    const node = addressSpace.findNode(nodeId) as (UAMethod & MethodInternals) | null;
    if (!node) throw new MethodError(`methods without a node: ${nodeId}; run npm run nodeset`);
    node.bindMethod(async (_: Variant[], __: ISessionContext) => ({ statusCode: StatusCodes.BadNotExecutable }));
    node._getExecutableFlag = () => false;
  }
}
