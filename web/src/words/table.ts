// An answer as a table: one KPI over its periods, or several KPIs beside each other.

import { type Answer, type Figure, figureAt, type Group, groupName, type Period } from "./answer";
import { periodName } from "./periods";

export interface Line {
  key: string;
  group: Group;
  groupText: string;
  period: Period | null; // null: its periods are the columns
  figures: (Figure | null)[]; // one for each column
  place: number; // of the group in the answer
}

export interface Heading {
  kpi: string; // as asked
  period: Period | null;
  title: string;
}

export interface Listing {
  split: boolean; // groups have a column of their own
  periods: boolean; // periods have one
  headings: Heading[];
  lines: Line[];
}

export function listingOf(answer: Answer, asked: readonly string[], label: (kpi: string) => string): Listing {
  const wide = asked.length === 1 && answer.periods.length > 1 && answer.groups.length > 1;
  const split = answer.groups.some((group) => Object.keys(group.by).length > 0);
  const headings: Heading[] = wide
    ? answer.periods.map((period) => ({ kpi: asked[0] as string, period, title: periodName(period) }))
    : asked.map((kpi) => ({ kpi, period: null, title: label(kpi) }));
  const order = answer.groups.map((group, place) => ({ group, place })).sort((a, b) => rank(a.group) - rank(b.group));
  const lines = order.flatMap(({ group, place }): Line[] => {
    const common = { group, groupText: groupName(group, "Total"), place };
    if (wide)
      return [{ ...common, key: String(place), period: null, figures: answer.periods.map((_, p) => cell(answer, 0, place, p)) }];
    return answer.periods.map((period, p) => ({
      ...common,
      key: `${place} ${p}`,
      period,
      figures: asked.map((_, k) => cell(answer, k, place, p)),
    }));
  });
  return { split, periods: !wide && answer.periods.length > 1, headings, lines };
}

/** Totals first, groups of nothing known last, the others as the answer has them. */
const rank = (group: Group): number => (group.flag ? 0 : Object.values(group.by).some((value) => value?.startsWith("(")) ? 2 : 1);

function cell(answer: Answer, kpi: number, group: number, period: number): Figure | null {
  const series = answer.kpis[kpi];
  if (!series || series.here?.[group] === false) return null;
  return figureAt(answer, series, group, period);
}
