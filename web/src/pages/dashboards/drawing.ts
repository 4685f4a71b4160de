// A tile's charts: KPIs of one unit together, and which figure a place that was picked stands for.

import type { EChartsCoreOption } from "echarts/core";
import type { Note } from "@/api/boards";
import { type Fitting, withBenchmarks } from "@/parts/Benchmarks";
import type { Drawing, Paint } from "@/parts/Chart";
import { draw, gridOf, rowsOf } from "@/parts/draw";
import { withMarks } from "@/parts/marks";
import { type Answer, groupName, type KpiSeries, type Period, totalOf } from "@/words/answer";
import { type Mark, marksOf } from "@/words/notes";
import { periodName } from "@/words/periods";
import { plainKpi } from "@/words/search";

export type DrawnKind = "line" | "bar" | "area" | "heat";

/** One chart: an answer with one KPI; where several are drawn together, each of them is a group of it. */
export interface Drawn {
  answer: Answer;
  series: KpiSeries;
  kpis: readonly string[]; // as asked, one for each group where several are together, else one
  title: string;
}

const TOGETHER = "kpi";
const [LEAST_PX, NAME_PX] = [110, 20]; // of one chart, and of its name where there are several

/** What a tile draws: KPIs without groups that share a unit in one chart, every other in its own. */
export function chartsOf(answer: Answer, asked: readonly string[], label: (kpi: string) => string): Drawn[] {
  const split = answer.groups.some((group) => Object.keys(group.by).length > 0);
  const [first] = answer.kpis;
  if (split || asked.length < 2 || !answer.kpis.every((series) => series.unit === first?.unit))
    return answer.kpis.map((series, index) => ({ answer, series, kpis: [asked[index] as string], title: label(asked[index] as string) }));
  return [merged(answer, asked, label)];
}

function merged(answer: Answer, asked: readonly string[], label: (kpi: string) => string): Drawn {
  const total = Math.max(0, totalOf(answer));
  const width = answer.periods.length;
  const value = answer.kpis.flatMap((series) => answer.periods.map((_, period) => series.value?.[total * width + period] ?? null));
  const groups = asked.map((kpi) => ({ by: { [TOGETHER]: kpi }, names: { [TOGETHER]: label(kpi) } }));
  const series = { ...(answer.kpis[0] as KpiSeries), value, compare: {}, flags: {} } as KpiSeries;
  return { answer: { ...answer, groups: groups as Answer["groups"], kpis: [series] }, series, kpis: asked, title: asked.map(label).join(", ") };
}

/** As the explore page draws it; an area is a line over what it fills, from zero. */
export function drawTile({ answer, series }: Drawn, kind: DrawnKind, paint: Paint, marks: readonly Mark[]): EChartsCoreOption {
  const option = draw(answer, series, kind === "area" ? "line" : kind, paint);
  const filled = kind === "area" ? { ...option, yAxis: { ...(option.yAxis as object), scale: false }, series: (option.series as object[]).map((one) => ({ ...one, areaStyle: { opacity: 0.16 } })) } : option;
  return kind === "heat" || answer.periods.length < 2 ? filled : withMarks(filled, marks, paint);
}

/** Chart by chart as they stand on the tile, with the notes and benchmarks that are about them. */
export function drawingsOf(charts: readonly Drawn[], kind: DrawnKind, height: number, notes: readonly Note[], fit: Fitting): (Drawing & { drawn: Drawn })[] {
  const each = Math.max(LEAST_PX, Math.floor(height / charts.length) - (charts.length > 1 ? NAME_PX : 0));
  return charts.map((drawn) => {
    const { answer, series, kpis, title } = drawn;
    const marks = marksOf(notes, answer.periods, kpis.map(plainKpi));
    const compared = fit(kpis.length === 1 ? kpis[0] : undefined, { unit: series.unit, currency: answer.currency });
    return { drawn, title, height: each, draw: (paint: Paint) => withBenchmarks(drawTile(drawn, kind, paint, marks), compared, paint) };
  });
}

export interface Picked {
  kpi: string;
  period: Period;
  by?: Record<string, string>;
}

/** The figure behind a place of the chart that was clicked. */
export function picked(drawn: Drawn, kind: DrawnKind, place: { series: number; index: number; value: unknown }): Picked | undefined {
  const { answer, series } = drawn;
  const rows = rowsOf(answer, series);
  const ranking = kind === "bar" && rows.length > 1 && answer.periods.length === 1;
  let [row, period] = ranking ? [Math.min(rows.length, 30) - 1 - place.index, 0] : [place.series, place.index];
  if (kind === "heat") {
    const [x, y] = place.value as [number, number];
    const grid = gridOf(answer, series, rows, answer.periods.map((one) => periodName(one)));
    if (answer.periods.length === 1) return byTwo(drawn, grid.down[y], grid.across[x]);
    [row, period] = [y, x];
  }
  const group = answer.groups.findIndex((one) => groupName(one) === rows[row]?.name);
  return at(drawn, group, period);
}

function byTwo(drawn: Drawn, down: string | undefined, across: string | undefined): Picked | undefined {
  const wanted = across ? `${down} · ${across}` : down;
  return at(drawn, drawn.answer.groups.findIndex((group) => groupName(group) === wanted), 0);
}

function at({ answer, kpis }: Drawn, group: number, place: number): Picked | undefined {
  const [found, period] = [answer.groups[group], answer.periods[place]];
  if (!found || !period) return undefined;
  const { [TOGETHER]: together, ...rest } = found.by;
  const by = Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  return { kpi: together ?? (kpis[0] as string), period, by: Object.keys(by).length ? by : undefined };
}
