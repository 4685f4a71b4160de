// An answer as the API sends it (engine/series.py): arrays, group after group, each over all periods (g * P + p).

import type { components } from "@/api/schema";
import { spanText } from "./periods";

type Schemas = components["schemas"];
export type Answer = Schemas["Series"];
export type KpiSeries = Schemas["KpiTold"];
export type Group = Schemas["GroupTold"];
export type Period = Schemas["PeriodTold"];
export type Figures = KpiSeries["value"]; // null: unknown throughout

/** One figure with everything told beside it. */
export interface Figure {
  kpi: string;
  unit: string;
  currency: string;
  period: Period;
  value: number | null;
  n: number | null;
  lower: number | null;
  upper: number | null;
  flags: string[];
  compare: Record<string, { value: number | null; change: number | null }>;
}

export const TARGET = "target"; // the comparison with what is to be reached

/** What a figure is to reach, where somebody set it for exactly its period and group. */
export const aimOf = (figure: Figure | null | undefined): number | null => figure?.compare[TARGET]?.value ?? null;

const at = (figures: Figures | undefined, place: number): number | null => figures?.[place] ?? null;

/** The series of a KPI as it was asked: `win_rate(basis=value)` is told by its place, for its options stand apart. */
export function seriesAt(answer: Answer, asked: readonly string[], kpi: string): KpiSeries | undefined {
  const place = asked.indexOf(kpi);
  return place < 0 ? undefined : answer.kpis[place];
}

export function figureAt(answer: Answer, series: KpiSeries, group: number, period: number): Figure {
  const place = group * answer.periods.length + period;
  const flags = Object.keys(series.flags).filter((name) => series.flags[name]?.[place]);
  const span = answer.periods[period] as Period;
  const compare = Object.fromEntries(
    Object.entries(series.compare).map(([word, told]) => [
      word,
      { value: at(told.value, place), change: at(told.change, place) },
    ]),
  );
  return {
    kpi: series.kpi,
    unit: series.unit,
    currency: answer.currency,
    period: span,
    value: at(series.value, place),
    n: at(series.n, place),
    lower: at(series.lower, place),
    upper: at(series.upper, place),
    flags: span.partial ? ["partial_period", ...flags] : flags,
    compare,
  };
}

/** The group of everything together: the only one of a question without `by`, else the total. */
export function totalOf(answer: Answer): number {
  const total = answer.groups.findIndex((group) => group.flag === "total");
  return total >= 0 ? total : answer.groups.length === 1 ? 0 : -1;
}

/** A KPI's values over all periods of one group. */
export const lineOf = (answer: Answer, series: KpiSeries, group: number): (number | null)[] => pathOf(answer, series.value, group);

/** A group's targets over the periods, where any is known. */
export function aimsOf(answer: Answer, series: KpiSeries, group: number): (number | null)[] | undefined {
  const aims = pathOf(answer, series.compare[TARGET]?.value, group);
  return aims.some((aim) => aim !== null) ? aims : undefined;
}

const pathOf = (answer: Answer, figures: Figures | undefined, group: number) => answer.periods.map((_, period) => at(figures, group * answer.periods.length + period));

/** A KPI's figures over all periods, of everything together. */
export const figuresOver = (answer: Answer, series: KpiSeries): Figure[] => answer.periods.map((_, period) => figureAt(answer, series, totalOf(answer), period));

/** All the days it tells of. */
export function spanOf({ periods }: Answer): string | undefined {
  const [first, last] = [periods[0], periods.at(-1)];
  return first && last && spanText({ start: first.start, end: last.end });
}

/** What a group is called: names where there are, ids else; several dimensions joined. */
export function groupName(group: Group, everything = "All"): string {
  if (group.flag === "total") return everything;
  const told = Object.entries(group.by).map(([name, id]) => (id === null ? "all" : (group.names?.[name] ?? id)));
  return told.join(" · ") || everything;
}
