import {
  type AddressSpace,
  type BaseNode,
  type CallMethodResultOptions,
  type ISessionContext,
  NodeClass,
  StatusCodes,
  type UAMethod,
  type UAObject,
  type UAObjectType,
  type Variant,
} from "node-opcua";

/** Types whose methods clients call with a condition as ObjectId: ConditionType with all below it, ShelvedStateMachineType. */
const roots = ["ns=0;i=2782", "ns=0;i=2929"] as const;

function* methodsBelow(node: BaseNode): Generator<UAMethod> {
  for (const member of node.getAggregates()) {
    if (member.nodeClass === NodeClass.Method) yield member as UAMethod;
    else if (member.nodeClass === NodeClass.Object) yield* methodsBelow(member as UAObject);
  }
}
function* withSubtypes(type: UAObjectType): Generator<UAObjectType> {
  yield type;
  for (const subtype of type.findReferencesExAsObject("HasSubtype")) yield* withSubtypes(subtype as UAObjectType);
}

/**
 * Answers calls of a condition type's methods that no condition serves. Called on a type they are BadNodeIdInvalid (OPC
 * 10000-9 §5.5.4 ff., Table "result codes"), on a condition without that method BadMethodInvalid; the stack would
 * answer BadInternalError. To be called after everything else is bound.
 */
export function answerUnservedMethods(addressSpace: AddressSpace): void {
  for (const root of roots)
    for (const type of withSubtypes(addressSpace.findNode(root) as UAObjectType))
      for (const method of methodsBelow(type)) {
        if (method.isBound()) continue;
        // Two declared parameters: node-opcua tells promise from callback by their number.
        method.bindMethod(async (_: Variant[], context: ISessionContext): Promise<CallMethodResultOptions> => {
          const { object } = context as { readonly object?: BaseNode };
          const isCondition = object?.nodeClass === NodeClass.Object;
          return { statusCode: isCondition ? StatusCodes.BadMethodInvalid : StatusCodes.BadNodeIdInvalid };
        });
      }
}
