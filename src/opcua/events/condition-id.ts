/** What OPC 10000-9 §5.5.2 calls ConditionId: the NodeId attribute of the event itself, an empty browse path. */
export const conditionIdPath = "@NodeId";
