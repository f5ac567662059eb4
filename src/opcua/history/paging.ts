/** Values per node and response; announced as MaxReturnDataValues. */
export const maximumValues = 1_000;
/** Values per response over all nodes: what may hold up live events while it is encoded. */
const maximumPerResponse = 2_000;
/** Every node gets at least these, however many there are. */
const leastValues = 10;

/** How many values each of so many nodes gets in one response. */
export const valuesPerNode = (nodes: number): number =>
  Math.min(maximumValues, Math.max(leastValues, Math.floor(maximumPerResponse / nodes)));
