import { readFileSync } from "node:fs";
import { cardSchema } from "../../../src/vision/model/card.ts";

// Whoever brings a network copies this one.
test("the card in the documentation is a card", () => {
  const page = readFileSync(new URL("../../../docs/models.md", import.meta.url), "utf8");
  const [, json] = /```json\n(.*?)```/s.exec(page)!;
  const card: unknown = JSON.parse(json!.replaceAll("<sha256>", "0".repeat(64)));
  expect(cardSchema.safeParse(card).error?.issues).toBeUndefined();
});
