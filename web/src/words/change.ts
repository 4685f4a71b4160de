// What a change means: by the direction the catalog calls good, and whether chance alone could make it.

import { type Figure, TARGET } from "./answer";

export type Meaning = "good" | "bad" | "neutral" | "none";
export type Good = "up" | "down" | "context";

/** `none`: nothing is known to compare with. */
export function meaningOf(change: number | null | undefined, good: Good | undefined): Meaning {
  if (change === null || change === undefined) return "none";
  if (change === 0 || good === undefined || good === "context") return "neutral";
  return change > 0 === (good === "up") ? "good" : "bad";
}

export const MEANS: Record<Meaning, string> = {
  good: "better",
  bad: "worse",
  neutral: "changed",
  none: "nothing to compare with",
};

const AIMED: Record<Meaning, string> = { ...MEANS, good: "reached", bad: "missed" };

/** The change in a word: beside an earlier value, or beside a target. */
export function changeWord(change: number, meaning: Meaning, word: string): string {
  if (word === TARGET) return change === 0 ? AIMED.good : AIMED[meaning];
  return change === 0 ? "unchanged" : MEANS[meaning];
}

/** The earlier value lies within the interval of this one: the change may be noise. */
export function withinNoise(figure: Figure, word: string): boolean {
  const before = figure.compare[word]?.value;
  if (before === null || before === undefined || figure.lower === null || figure.upper === null) return false;
  return before >= figure.lower && before <= figure.upper;
}

/** How much of itself it moved, to rank changes of different units; null where that says nothing. */
export function relativeMove(figure: Figure, word: string): number | null {
  const told = figure.compare[word];
  if (!told || told.change === null || told.value === null || told.value === 0) return null;
  return told.change / Math.abs(told.value);
}
