import type { ModelCard } from "../model/card.ts";

/** What only cards of this kind say, in words for a person. */
export function cardFacts(card: ModelCard): readonly (readonly [name: string, value: string])[] {
  if (card.kind === "anomaly")
    return [
      ["threshold", String(card.threshold.reject)],
      [
        "calibrated",
        card.calibration ? `yes, Brier score ${card.calibration.brier} on ${card.calibration.source}` : "no",
      ],
      ["taught on", `${card.training.images} good and ${card.training.emptyImages} empty pictures`],
      ["licence", card.backbone.licence],
    ];
  const { source, pictures } = card.training;
  return [
    ["classes", card.classes.join(", ")],
    ...(card.kind === "classifier"
      ? [["calibrated", card.calibration ? `yes, on ${card.calibration.source}` : "no"] as const]
      : []),
    ["taught on", pictures === undefined ? source : `${pictures} pictures: ${source}`],
    ["licence", card.licence],
  ];
}
