import { companionRows, companionTypeId } from "./companions/instance.ts";
import { from, type Id, type NodeRow, standard, to } from "./node-row.ts";
import { historyConfigurationName, objectRow, propertyRow, sitePlace } from "./nodes.ts";
import type { StationPart } from "./station-parts.ts";

const filterName = "HistoricalEventFilter";
const filterDescription = "What the history of events holds: the fields of every kind of event, without a restriction.";

/**
 * OPC 10000-11: one HA Configuration for all historized variables of a station, because one ledger holds them, and the
 * HistoricalEventFilter that a notifier with event history shall have (§5.3.2).
 */
export const historyPart: StationPart = (place, station, of) =>
  of
    ? [
        objectRow(place, station, historyConfigurationName, {
          ns: "ua",
          definition: companionTypeId("ua:HistoricalDataConfigurationType"),
          description: "How the history of the station's variables is kept: every value, from the ledger.",
        }),
        ...companionRows(place, [...station, historyConfigurationName], "ua:HistoricalDataConfigurationType", {
          optional: ["Definition", "StartOfArchive", "StartOfOnlineArchive", "ServerTimestampSupported"],
          descriptions: historyDescriptions,
        }),
        propertyRow(place, station, filterName, { description: filterDescription, dataType: standard.eventFilter }),
      ]
    : [];

const historyDescriptions = {
  AggregateConfiguration: "Used where a request says UseServerCapabilitiesDefaults.",
  "AggregateConfiguration/TreatUncertainAsBad": "Uncertain values count as bad.",
  "AggregateConfiguration/PercentDataBad": "From this share of bad data on a result is bad, percent.",
  "AggregateConfiguration/PercentDataGood": "From this share of good data on a result is good, percent.",
  "AggregateConfiguration/UseSlopedExtrapolation": "False: behind the last value it holds.",
  Stepped: "True: a value holds until the next one.",
  Definition: "Where the values come from.",
  StartOfArchive: "Time of the oldest entry kept.",
  StartOfOnlineArchive: "The same: everything kept can be read.",
  ServerTimestampSupported: "True: the ServerTimestamp is the time of the commit.",
} as const;

/** Notifiers above the stations that have the history of all of them, with the path of their property. */
export const siteNotifiers = [
  { path: "Server", notifier: standard.server },
  { path: "Machines", notifier: standard.machines },
] as const satisfies readonly { readonly path: string; readonly notifier: Id }[];

/** Nodes of the site that belong to no station. */
export const siteHistoryRows = (): NodeRow[] =>
  siteNotifiers.map(({ path, notifier }) => ({
    nodeClass: "Variable",
    id: sitePlace.idOf([path, filterName]),
    browseName: { ns: "ua", name: filterName },
    description: filterDescription,
    references: [from(standard.hasProperty, notifier), to(standard.hasTypeDefinition, standard.propertyType)],
    dataType: standard.eventFilter,
    accessLevel: 1,
  }));
