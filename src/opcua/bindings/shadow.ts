import { StatusCodes } from "node-opcua";
import { shadowVariables } from "../../../nodeset/shadow.ts";
import { noShadow, type ShadowFigures } from "../../domain/shadow.ts";
import { group, type Known } from "../binding.ts";
import { maximumText } from "../events/plain-value.ts";
import { type StationSnapshot, timeOf } from "../snapshot.ts";
import { staleQuality } from "./status.ts";

const shadowOf = ({ vitals }: StationSnapshot) => vitals && (vitals.shadow ?? noShadow);
/** Without a shadow there is nothing to count. */
const figure =
  (read: (figures: ShadowFigures) => number | undefined) =>
  (s: StationSnapshot): Known<number> => {
    const shadow = shadowOf(s);
    return shadow && ((shadow.figures && read(shadow.figures)) ?? StatusCodes.BadNoData);
  };
const pair = (name: string) => figure(({ pairs }) => pairs[name] ?? 0);

export const shadowGroup = group("Recipes/Shadow", shadowVariables, {
  on: { vitals: "changed" },
  at: timeOf,
  quality: staleQuality,
  values: {
    RecipeId: (s) => shadowOf(s)?.recipe,
    Running: (s) => {
      const shadow = shadowOf(s);
      return shadow && shadow.figures !== undefined;
    },
    Status: (s) => shadowOf(s)?.status.slice(0, maximumText),
    Units: figure(({ units }) => units),
    Differences: figure(({ differences }) => differences),
    PassToFail: pair("pass→fail"),
    FailToPass: pair("fail→pass"),
    Failures: figure(({ failures }) => failures),
    LatencyP50Ms: figure(({ latencyP50Ms }) => latencyP50Ms),
    LatencyP99Ms: figure(({ latencyP99Ms }) => latencyP99Ms),
  },
});
