import { challengeMethods, challengeVariables } from "./challenge.ts";
import { evidenceMethods, evidenceVariables } from "./evidence-model.ts";
import { clusterMethods, contextMethods } from "./methods.ts";
import type { ObjectTypeModel } from "./model.ts";
import { recipeMethods, recipesVariables } from "./recipes.ts";
import { selfTestMethods, selfTestVariables } from "./self-test.ts";
import { shadowMethods, shadowVariables } from "./shadow.ts";
import {
  alarmsVariables,
  cameraVariables,
  clustersVariables,
  consumerVariables,
  contextJobVariables,
  contextVariables,
  countVariables,
  defectClassVariables,
  driftVariables,
  lastUnitVariables,
  ledgerVariables,
  minuteVariables,
  periodVariables,
  requestVariables,
  rollingVariables,
  shiftVariables,
  statusVariables,
  timingVariables,
} from "./variables.ts";

/** Object types, a type before those that use it. */
export const objectTypes: Readonly<Record<string, ObjectTypeModel>> = {
  StationStatusType: { description: "How the station is doing.", variables: statusVariables },
  CameraType: { description: "One camera.", variables: cameraVariables },
  CamerasType: {
    description: "The cameras of a station.",
    components: { "<CameraId>": { type: "CameraType", each: "camera", description: "One camera." } },
  },
  CountsType: { description: "Counts since a boundary.", variables: countVariables },
  PeriodCountsType: {
    description: "Counts of a lot or a shift, with rates. Reset at its boundary only.",
    base: "CountsType",
    variables: periodVariables,
  },
  ShiftCountsType: {
    description: "Counts of a shift. Reset at its boundary only, also when the program was down meanwhile.",
    base: "PeriodCountsType",
    variables: shiftVariables,
  },
  MinuteType: {
    description:
      "A closed UTC minute. All fields change in one turn; their SourceTimestamp is the minute's last millisecond.",
    variables: minuteVariables,
  },
  RollingType: { description: "Rates over a moving window.", variables: rollingVariables },
  DefectClassType: { description: "Counts of one defect class.", variables: defectClassVariables },
  DefectClassesType: {
    description: "Counts per class of the site's catalogue; all classes are there from the start.",
    components: { "<DefectClass>": { type: "DefectClassType", each: "defectClass", description: "One defect class." } },
  },
  TimingType: { description: "How long inspection takes.", variables: timingVariables },
  DriftType: {
    description: "How far inspection has wandered from where it was taught, as ratios; 1 = as taught.",
    variables: driftVariables,
  },
  StatisticsType: {
    description: "What was counted.",
    components: {
      Total: {
        type: "CountsType",
        description: "Since the beginning of the ledger; never reset. Take differences of it for sums.",
        historized: true,
      },
      Lot: {
        type: "PeriodCountsType",
        description: "The current lot; after its end the last one, until another starts.",
      },
      Shift: { type: "ShiftCountsType", description: "The current shift." },
      LastMinute: {
        type: "MinuteType",
        description: "The last closed minute; 0 and Good when idle, BadOutOfService when the program did not run.",
      },
      Rolling: { type: "RollingType", description: "The last minutes, moving." },
      DefectClass: { type: "DefectClassesType", description: "Counts per defect class." },
      Timing: { type: "TimingType", description: "How long inspection takes." },
      Drift: { type: "DriftType", description: "Pictures and scores of the lot beside the taught ones." },
    },
  },
  LastUnitType: {
    description: "The newest unit. All fields change in one turn with the trigger's time as SourceTimestamp.",
    variables: lastUnitVariables,
  },
  ContextRequestType: {
    description:
      "SetContext as tags, for clients that cannot call methods: write the tags, then a new RequestId; when DoneId equals it, Result tells.",
    variables: requestVariables,
  },
  ContextType: {
    description: "What is being made. Replaced whole or not at all, at a unit boundary.",
    variables: { ...contextVariables, ...contextJobVariables },
    components: { Request: { type: "ContextRequestType", description: "SetContext as writable tags." } },
    methods: contextMethods,
  },
  ShadowRecipeType: {
    description: "A recipe that looks along beside the one that decides, to be compared with it.",
    variables: shadowVariables,
    methods: shadowMethods,
  },
  RecipesType: {
    description: "What the station inspects by, and what else it can.",
    variables: recipesVariables,
    components: { Shadow: { type: "ShadowRecipeType", description: "A recipe that looks along." } },
    methods: recipeMethods,
  },
  ConsumerType: {
    description: "How far one consumer of results has got.",
    variables: consumerVariables,
  },
  ConsumersType: {
    description: "Those who acknowledge results, by configuration.",
    components: { "<ConsumerId>": { type: "ConsumerType", each: "consumer", description: "One consumer of results." } },
  },
  LedgerType: { description: "Where the station's ledger ends.", variables: ledgerVariables },
  EvidenceType: {
    description: "Pictures of units, kept as the recipe wants them and proven by the ledger.",
    variables: evidenceVariables,
    methods: evidenceMethods,
  },
  ClustersType: {
    description: "Runs of defects: how many are open, and the one that was spoken of last.",
    variables: clustersVariables,
    methods: clusterMethods,
  },
  AlarmsType: {
    description: "The alarms of a station. Each is a condition (OPC 10000-9) with a historized Active beside it.",
    variables: alarmsVariables,
    components: { Clusters: { type: "ClustersType", description: "Runs of defects." } },
  },
  ChallengeType: {
    description: "Test pieces: proof that the inspection finds what is wrong.",
    variables: challengeVariables,
    methods: challengeMethods,
  },
  SelfTestType: {
    description: "Do the models still compute what they were taught?",
    variables: selfTestVariables,
    methods: selfTestMethods,
  },
  InspectionStationType: {
    description: "One inspection station: one trigger, one stream of units, one or more cameras.",
    components: {
      Status: { type: "StationStatusType", description: "How the station is doing." },
      Cameras: { type: "CamerasType", description: "The cameras of the station." },
      Statistics: { type: "StatisticsType", description: "What was counted." },
      LastUnit: { type: "LastUnitType", description: "The newest unit." },
      Context: { type: "ContextType", description: "What is being made." },
      Recipes: { type: "RecipesType", description: "What the station inspects by." },
      Alarms: { type: "AlarmsType", description: "The alarms of the station." },
      Evidence: { type: "EvidenceType", description: "Pictures of units." },
      Ledger: { type: "LedgerType", description: "Where the station's ledger ends." },
      Challenge: { type: "ChallengeType", description: "Test pieces: proof that the inspection finds what is wrong." },
      SelfTest: { type: "SelfTestType", description: "Do the models still compute what they were taught?" },
    },
  },
};
