import path from "node:path";
import { openCodeReader } from "../../../src/vision/codes/code-reader.ts";
import type { ExpectedCode } from "../../../src/vision/codes/compare-code.ts";
import { gtin14 } from "../../../src/vision/codes/gs1.ts";
import { readCode, readCodeOptions } from "../../../src/vision/codes/read-code.ts";
import { readPicture } from "../../../src/vision/model/read-picture.ts";
import { type AccuracyTask, stopwatch } from "./task.ts";

/** As the sets list contents: no control characters or their pictures, no brackets, no leading 0. */
const comparable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: separators of the symbols are control characters.
  text.replace(/[\u0000-\u001f\u007f\u2400-\u2421()[\]<>{}]/g, "").replace(/^0/, "");

/** The item of a printed element string, or a plain GTIN. */
const gtinOf = (text: string): string | undefined => gtin14(/\(01\)(\d{14})/.exec(text)?.[1] ?? text);

/** Reads every symbol without knowing it, then compares each with its own and with another item's code. */
export const codes: AccuracyTask = {
  name: "codes",
  fits: ({ labels }) => labels.some((l) => l.symbology !== undefined),
  async run({ name, folder, labels }) {
    const reader = await openCodeReader();
    // Reading power is the subject here, so that a busy machine must not end a search; a line sets what it can wait.
    const step = readCode(reader, readCodeOptions.parse({ budgetMs: 5_000 }));
    const context = { signal: new AbortController().signal, now: () => performance.now() };
    const coded = labels.filter((l) => l.symbology || l.label === "none");
    const watch = stopwatch();
    const missed: string[] = [];
    const misread: string[] = [];
    let [read, silent, accepted, falselyAccepted] = [0, 0, 0, 0];
    const gtins = [...new Set(coded.flatMap((l) => gtinOf(l.text ?? "") ?? []))];
    for (const { file, text = "", label } of coded) {
      const picture = await readPicture(path.join(folder, file), 1);
      const finding = await watch.measure(async () => step.run({ picture }, context));
      if (label === "none") {
        if (finding.outcome === "unreadable") silent += 1;
        continue;
      }
      if (finding.outcome === "unreadable") missed.push(file);
      else if (comparable(finding.read.text) === comparable(text)) read += 1;
      else misread.push(`${file}: ${finding.read.text}`);
      const gtin = gtinOf(text);
      const right: ExpectedCode = gtin
        ? { gtin }
        : { text: finding.outcome === "unreadable" ? text : finding.read.text };
      // A code that differs from the right one, most often one that stands on other images of the set.
      const wrong: ExpectedCode = gtin
        ? { gtin: gtins[(gtins.indexOf(gtin) + 1) % gtins.length]! }
        : { text: `${text}-` };
      if ((await step.run({ picture, expected: right }, context)).outcome === "match") accepted += 1;
      const isOther = !("gtin" in wrong) || wrong.gtin !== gtin;
      if (isOther && (await step.run({ picture, expected: wrong }, context)).outcome === "match") falselyAccepted += 1;
    }
    const withCode = coded.filter((l) => l.label !== "none").length;
    const without = coded.length - withCode;
    const share = (must: number, of: number) => must / of;
    return {
      task: "codes",
      set: name,
      bars: [
        // Of the visible set: 95 and 99 of 114.
        ...(name === "barcodes"
          ? [{ figure: "share read", value: share(read, withCode), must: share(95, 114), aim: share(99, 114) }]
          : []),
        ...(without > 0
          ? [{ figure: "images without a code that stay silent", value: share(silent, without), must: 1 }]
          : []),
        { figure: "wrong codes accepted against the expected one", value: falselyAccepted, must: 0, isCeiling: true },
        ...(name === "barcodes"
          ? [{ figure: "ms per image, p50", value: watch.p50, must: 15, isCeiling: true as const }]
          : []),
      ],
      figures: {
        read: `${read} of ${withCode}`,
        silent: `${silent} of ${without}`,
        acceptedAgainstTheRightCode: accepted,
        ms: watch.figures,
        missed,
        misread,
      },
    };
  },
};
