import { runSwaps } from "../../scripts/soak/swap-run.ts";
import { temporaryFolder } from "../support/taught-model.ts";

// The soak in short (npm run soak:swap): a real line, vision processes and ledger; the recipe changes, the process is killed.
test("while recipes change and vision dies, every trigger is one unit, in order, of the recipe in force", async () => {
  await using temporary = await temporaryFolder();
  const figures = await runSwaps({
    data: temporary.folder,
    units: 150,
    perSecond: 15,
    swaps: 3,
    killEverySeconds: 4,
    threads: 1,
    prerendered: 2,
  });
  expect(figures).toMatchObject({
    units: 150,
    gaps: 0,
    doubled: 0,
    outOfOrder: 0,
    wrongRecipe: 0,
    processes: 1,
    left: 0,
    ledgerIsSound: true,
  });
  // On a busy machine the run can be over before the last change is loaded; none may be refused for anything else.
  expect(figures.refused.filter((why) => !why.endsWith("did not take over while units came"))).toEqual([]);
  expect(figures.recipeChanges).toBeGreaterThan(0);
  expect(figures.kills).toBeGreaterThan(0);
  expect(figures.outcomes["pass"]).toBeGreaterThan(0);
}, 120_000);
