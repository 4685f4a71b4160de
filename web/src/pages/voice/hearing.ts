// What the page says, worked out of answers: marks, groups that stand out, whose comments are shown.

import type { Comment } from "@/api/voice";
import { type Answer, type Figure, figureAt, groupName, seriesAt, totalOf } from "@/words/answer";
import { SCORES, type ScoreName } from "./search";

/** The score to begin with: the first that anybody answered here; NPS while nothing is known yet. */
export function firstKnown(answer: Answer | undefined): ScoreName {
  const known = SCORES.find((name) => {
    const series = answer && seriesAt(answer, SCORES, name);
    return answer && series && figureAt(answer, series, totalOf(answer), 0).value !== null;
  });
  return known ?? "nps";
}

export interface Mark {
  mark: number;
  count: number;
  ids: string[]; // the values of `score` it is made of
}

export type Kind = "detractor" | "passive" | "promoter";

export const kindOf = (mark: number): Kind => (mark >= 9 ? "promoter" : mark >= 7 ? "passive" : "detractor");

/** How often each mark from 0 to 10 was given, of the answers that count; a mark between two belongs to the lower. */
export function marksIn(answer: Answer): Mark[] {
  const marks: Mark[] = Array.from({ length: 11 }, (_, mark) => ({ mark, count: 0, ids: [] }));
  const series = answer.kpis[0];
  if (!series) return marks;
  answer.groups.forEach((group, place) => {
    const id = group.by.score;
    const mark = marks[Math.min(Math.floor(Number(id)), 10)];
    const count = figureAt(answer, series, place, 0).n;
    if (id === null || id === undefined || !mark || !count) return;
    mark.count += count;
    mark.ids.push(id);
  });
  return marks;
}

export const countOf = (marks: readonly Mark[], kind?: Kind): number =>
  marks.filter((one) => !kind || kindOf(one.mark) === kind).reduce((sum, one) => sum + one.count, 0);

export type Standing = "below" | "above" | "with";

export interface Line {
  key: string;
  name: string;
  by: Record<string, string>;
  figure: Figure;
  standing: Standing | "whole";
}

/** Clearly below or above: the whole lies outside the group's interval. Without an interval nothing is clear. */
export function standingOf(figure: Figure, whole: number | null | undefined): Standing {
  if (figure.lower === null || figure.upper === null || whole === null || whole === undefined) return "with";
  if (figure.upper < whole) return "below";
  return figure.lower > whole ? "above" : "with";
}

/** Groups, the lowest first, what is unknown last; then all together. */
export function linesOf(answer: Answer): Line[] {
  const series = answer.kpis[0];
  if (!series) return [];
  const total = totalOf(answer);
  const whole = total >= 0 ? figureAt(answer, series, total, 0) : undefined;
  const lines = answer.groups.flatMap((group, place): Line[] => {
    if (group.flag || series.here?.[place] === false) return [];
    const figure = figureAt(answer, series, place, 0);
    const by = Object.fromEntries(Object.entries(group.by).filter((entry): entry is [string, string] => entry[1] !== null));
    return [{ key: String(place), name: groupName(group), by, figure, standing: standingOf(figure, whole?.value) }];
  });
  lines.sort((a, b) => (a.figure.value ?? Number.POSITIVE_INFINITY) - (b.figure.value ?? Number.POSITIVE_INFINITY));
  return whole ? [...lines, { key: "all", name: "All together", by: {}, figure: whole, standing: "whole" }] : lines;
}

/** Least and most that any interval reaches, or any value where there is none. */
export function reachOf(lines: readonly Line[]): [number, number] {
  const ends = lines.flatMap(({ figure }) => [figure.lower, figure.upper, figure.value]).filter((end): end is number => end !== null);
  return ends.length ? [Math.min(...ends), Math.max(...ends)] : [0, 1];
}

/** The accounts that have figures in an answer split by them. */
export const accountsIn = (answer: Answer | undefined): ReadonlySet<string> | undefined =>
  answer && new Set(answer.groups.filter((group) => !group.flag).map((group) => group.by.account_id as string));

/** Of some accounts, or of all where none are named. */
export const saidBy = (comments: readonly Comment[], accounts: ReadonlySet<string> | undefined): Comment[] =>
  comments.filter((one) => !accounts || (one.account_id !== null && accounts.has(one.account_id)));
