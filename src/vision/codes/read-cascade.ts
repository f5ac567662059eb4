import { type Box, type Grey, resize, sharpen } from "../grey.ts";
import type { Point } from "../placement.ts";
import { type CodeReader, isMatrix, type ReadOptions, type Symbology, type SymbolRead } from "./code-reader.ts";
import { readEanProfile } from "./ean-profile.ts";

/** A code that stands: enough attempts or scan lines say the same. */
export interface AcceptedRead {
  readonly text: string;
  readonly symbology: Symbology;
  readonly isGs1: boolean;
  /** In px of the picture that the cascade was given. */
  readonly box: Box;
  /** Clockwise from its own top left. */
  readonly corners: readonly Point[];
  /** Attempts that read exactly this. */
  readonly votes: number;
}

/** What the cascade came to. */
export interface CascadeResult {
  /** Best first. Empty: nothing that stands. */
  readonly reads: readonly AcceptedRead[];
  /** Attempts that were made, in order. */
  readonly attempts: readonly string[];
  /** Contents that were seen but have too little behind them. */
  readonly doubtful: readonly string[];
}

export interface CascadeOptions {
  readonly symbologies: readonly Symbology[];
  /** No attempt begins after this, ms. */
  readonly budgetMs: number;
  /** A read that this accepts ends the search: it is what was hoped for, and an error would not hit exactly that. */
  isExpected?(read: Pick<AcceptedRead, "text" | "isGs1">): boolean;
}

interface Attempt {
  readonly name: string;
  /** How much larger its picture is, across and down. */
  readonly scale: readonly [across: number, down: number];
  prepare?(grey: Grey): Grey;
  readonly isGlobal?: boolean;
}

/** Each finds codes that those before miss; the second differs enough from the first to be a second opinion. */
const attempts: readonly Attempt[] = [
  { name: "as it is", scale: [1, 1] },
  { name: "doubled", scale: [2, 2] },
  // Long bars bear averaging along them, which a wide, low picture does; a cheap one for what is blurred.
  { name: "wide", scale: [2, 0.5] },
  { name: "doubled, sharpened", scale: [2, 2], prepare: (grey) => sharpen(grey, 2, 3), isGlobal: true },
  { name: "wide, sharpened", scale: [2, 0.5], prepare: (grey) => sharpen(grey, 2, 3) },
  // Last: linear symbols are always read so, and a misread would only repeat itself.
  { name: "one threshold", scale: [1, 1], isGlobal: true },
];

const profileName = "grey profile";
/** A picture larger than this is not doubled, px: it would cost more time than any line has. */
const largest = 1_000_000;
/** Linear symbols: this many scan lines need no second opinion. */
const sureLines = 8;
/** A grey profile must fit this well, and this much better than the next code with a valid check digit. */
const profileLimits = { fit: 0.75, margin: 0.012 } as const;

interface Candidate {
  readonly read: SymbolRead;
  votes: number;
  lines: number;
}

/**
 * Looks at one picture in several preparations until what is read stands: a matrix symbol at once (error correction), a
 * linear one with many scan lines or with a second attempt that agrees. EAN and UPC that no attempt reads are decoded
 * from grey levels. A content that only a few scan lines of one attempt saw stays doubtful: misreads with a valid check
 * digit are such.
 */
export async function readCascade(
  reader: CodeReader,
  grey: Grey,
  options: CascadeOptions,
  now: () => number,
): Promise<CascadeResult> {
  const start = now();
  const made: string[] = [];
  const candidates = new Map<string, Candidate>();
  const isOver = (): boolean => now() - start > options.budgetMs;
  const isDone = (): boolean =>
    options.isExpected
      ? accepted(candidates, 1).some((read) => options.isExpected!(read))
      : accepted(candidates, 2).length > 0;

  for (const attempt of attempts) {
    const [across, down] = attempt.scale;
    const [width, height] = [Math.round(grey.width * across), Math.round(grey.height * down)];
    if (height < 8 || (across * down > 1 && width * height > largest) || (made.length > 0 && isOver())) continue;
    const prepared = across === 1 && down === 1 ? grey : resize(grey, width, height);
    made.push(attempt.name);
    const look: ReadOptions = {
      symbologies: options.symbologies,
      ...(attempt.isGlobal === undefined ? {} : { isGlobal: attempt.isGlobal }),
    };
    const seen = new Set<string>();
    for (const read of await reader.read(attempt.prepare?.(prepared) ?? prepared, look)) {
      const [x, y, w, h] = read.box;
      const box: Box = [x / across, y / down, w / across, h / down];
      const corners = read.corners.map((c) => ({ x: c.x / across, y: c.y / down }));
      count(candidates, { ...read, box, corners }, seen);
    }
    if (isDone()) break;
  }
  const wantsEan = options.symbologies.includes("EAN-13") || options.symbologies.includes("UPC-A");
  if (accepted(candidates, 1).length === 0 && wantsEan && !isOver()) {
    made.push(profileName);
    const profile = readEanProfile(grey);
    if (profile && profile.fit >= profileLimits.fit && profile.fit - profile.nextFit >= profileLimits.margin) {
      const box: Box = [0, 0, grey.width, grey.height];
      const symbology = options.symbologies.includes("EAN-13") ? "EAN-13" : "UPC-A";
      const { width, height } = grey;
      const corners = [0, 1, 2, 3].map((n) => ({ x: n === 1 || n === 2 ? width : 0, y: n > 1 ? height : 0 }));
      const read: SymbolRead = { text: profile.text, symbology, isGs1: false, lines: sureLines, box, corners };
      count(candidates, read, new Set());
    }
  }
  const reads = accepted(candidates, 1);
  const standing = new Set(reads.map(({ text }) => text));
  return {
    reads,
    attempts: made,
    doubtful: [...candidates.values()].map((c) => c.read.text).filter((text) => !standing.has(text)),
  };
}

function count(candidates: Map<string, Candidate>, read: SymbolRead, seen: Set<string>): void {
  // UPC-A is EAN-13 with a leading 0; attempts differ in which of the two they name.
  const key = read.text.replace(/^0(?=\d{12}$)/, "");
  const known = candidates.get(key);
  if (!known) candidates.set(key, { read, votes: 1, lines: read.lines });
  else {
    if (!seen.has(key)) known.votes += 1;
    known.lines += read.lines;
  }
  seen.add(key);
}

/** @param certainty 2 = may end the search, 1 = stands at its end */
function accepted(candidates: ReadonlyMap<string, Candidate>, certainty: 1 | 2): readonly AcceptedRead[] {
  const leastLines = certainty === 2 ? sureLines : sureLines / 2;
  const linear = [...candidates.values()].filter((c) => !isMatrix(c.read.symbology));
  return [...candidates.values()]
    .filter(
      (c) =>
        isMatrix(c.read.symbology) ||
        ((c.votes >= 2 || c.lines >= leastLines) &&
          // Of several readings of one place only the one that most attempts share is right.
          !linear.some(
            (other) =>
              other !== c &&
              overlaps(other.read.box, c.read.box) &&
              (other.votes > c.votes || (other.votes === c.votes && other.lines >= c.lines)),
          )),
    )
    .sort((a, b) => b.votes - a.votes || b.lines - a.lines)
    .map(({ read: { lines: _, ...read }, votes }) => ({ ...read, votes }));
}

const overlaps = ([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): boolean =>
  ax <= bx + bw && bx <= ax + aw && ay <= by + bh && by <= ay + ah;
