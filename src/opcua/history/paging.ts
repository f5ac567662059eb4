/** Values per node and response; announced as MaxReturnDataValues. */
export const maximumValues = 1_000;
/** Events per node and response; announced as MaxReturnEventValues. One has some twenty values. */
export const maximumEvents = 250;

/**
 * How many values or events each of so many nodes gets in one response: every node some, all of them together no more than
 * two nodes may have, because encoding a response holds up live events.
 */
const share = (most: number, nodes: number): number => Math.min(most, Math.max(10, Math.floor((2 * most) / nodes)));

export const valuesPerNode = (nodes: number): number => share(maximumValues, nodes);
export const eventsPerNode = (nodes: number): number => share(maximumEvents, nodes);
