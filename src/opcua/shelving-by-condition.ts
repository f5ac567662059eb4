import type { AddressSpace, NodeId, UAMethod, UAObject } from "node-opcua";
import { alarmNames } from "../domain/alarm.ts";
import { instanceNodeId } from "./node-id.ts";
import { override } from "./stack-override.ts";

/**
 * Lets clients call the shelving methods with the condition as ObjectId, as well as with its ShelvingState (OPC 10000-9
 * §5.8.17: "all Servers shall also allow Clients to call the TimedShelve Method by specifying ConditionId as the
 * ObjectId"). The stack only looks for methods among an object's own components.
 */
export function allowShelvingByCondition(addressSpace: AddressSpace, station: string): void {
  for (const alarm of alarmNames) {
    const condition = addressSpace.findNode(instanceNodeId(station, "Alarms", alarm)) as UAObject;
    const shelving = addressSpace.findNode(instanceNodeId(station, "Alarms", alarm, "ShelvingState")) as UAObject;
    const methods = shelving.getMethods();
    override(
      condition,
      "getMethods",
      (original) =>
        function (this: UAObject): UAMethod[] {
          return [...original.call(this), ...methods];
        },
    );
    override(
      condition,
      "getMethodById",
      (original) =>
        function (this: UAObject, nodeId: NodeId): UAMethod | null {
          return original.call(this, nodeId) ?? shelving.getMethodById(nodeId);
        },
    );
  }
}
