/** How aggregates judge their data (OPC 10000-13 §4.2.1.2). */
export interface AggregateSettings {
  readonly treatUncertainAsBad: boolean;
  /** From this share of bad data on, the result is bad, percent. */
  readonly percentDataBad: number;
  /** From this share of good data on, the result is good, percent; in between it is uncertain. */
  readonly percentDataGood: number;
  /** Behind the last value; our variables are stepped, and a step has no slope to go on with. */
  readonly useSlopedExtrapolation: boolean;
}

/** Where a request says UseServerCapabilitiesDefaults; shown in every HA Configuration. The values of OPC 10000-13 Table 3. */
export const aggregateDefaults: AggregateSettings = {
  treatUncertainAsBad: true,
  percentDataBad: 100,
  percentDataGood: 100,
  useSlopedExtrapolation: false,
};
