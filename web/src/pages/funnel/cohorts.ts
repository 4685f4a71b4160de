// Cohorts by when accounts entered a stage, as lines of a table; what is undecided makes a share a range.

import type { Cohort, Cohorts, Onward } from "@/api/journeys";
import { counted, show, showInterval, UNKNOWN } from "@/words/format";
import { stageWords } from "@/words/groups";
import type { Cell } from "@/words/listing";
import { periodName } from "@/words/periods";

const SHARE = { unit: "fraction" };

/** `24.0%` where all is decided, else what it is at least and at most. */
export function shareText(onward: Onward): string {
  if (onward.entered === 0) return UNKNOWN;
  return onward.share === null ? showInterval(onward.at_least, onward.at_most, SHARE) : show(onward.share, SHARE);
}

/** The same in words, with the accounts behind it. */
export function shareWords(onward: Onward, days: number): string {
  const stage = stageWords(onward.stage);
  if (onward.entered === 0) return "nobody entered";
  const parts = [`${onward.reached} of ${onward.entered} reached ${stage} within ${counted(days, "day")}`];
  if (onward.undecided) parts.push(`${onward.undecided} may yet`);
  if (onward.so_far > onward.reached) parts.push(`${onward.so_far - onward.reached} later`);
  if (onward.median_days !== null) parts.push(`${show(onward.median_days, { unit: "days" })} in the middle`);
  return parts.join(", ");
}

/** By when they entered: the earliest first, all of them together at the end. */
export const byPeriod = (told: Cohorts): Cohort[] => told.cohorts.filter((one) => one.group === null);

/** By group, each over the whole time; all groups together at the end. */
export const byGroup = (told: Cohorts): Cohort[] => told.cohorts.filter((one) => one.period === null);

/** `2026-Q2` as elsewhere; a span of days as it is told. */
export const cohortName = (label: string | null): string => (label === null ? "All together" : periodName({ label, start: firstDay(label), end: firstDay(label), partial: false }));

/** A label of months begins with its day; other labels do not need one. */
const firstDay = (label: string): string => (/^\d{4}-\d{2}$/.test(label) ? `${label}-01` : "2000-01-01");

export const groupWords = (told: Cohorts, group: string | null): string => (group === null ? "All together" : (told.names[group] ?? group));

export const CSV_HEADER = ["period", "group", "entered", "stage", "reached", "undecided", "reached_so_far", "median_days", "at_least", "at_most"];

export function* csvRows(told: Cohorts): Generator<Cell[]> {
  for (const cohort of told.cohorts)
    for (const one of cohort.onward)
      yield [cohort.period ?? "all", cohort.group ?? "all", cohort.entered, one.stage, one.reached, one.undecided, one.so_far, one.median_days, one.at_least, one.at_most];
}
