// An answer's figures of one KPI as a chart: lines over periods, bars by group, or a heat map of both.

import type { EChartsCoreOption } from "echarts/core";
import { aimsOf, type Answer, groupName, type KpiSeries, lineOf } from "@/words/answer";
import { show, showTick, UNKNOWN } from "@/words/format";
import { periodName } from "@/words/periods";
import type { Paint } from "./Chart";

export const CHARTS = ["line", "bar", "heat", "none"] as const; // none: its table alone
export type ChartKind = (typeof CHARTS)[number];

export const MOST_LINES = 8;
export const MOST_BARS = 30;
const AIMS = "Target";
const MOST_WRITTEN = 80; // cells of a heat map with their number in them

const UNMATCHED = "(unmatched)"; // rows of no account: in the table, but no group to compare with others

interface Row {
  name: string;
  values: (number | null)[];
  aims?: (number | null)[];
}

/** The groups that are shown: without totals where there are others; those with the most in the last period first. */
export function rowsOf(answer: Answer, series: KpiSeries): Row[] {
  const all = answer.groups.map((group, index) => ({
    name: groupName(group),
    values: lineOf(answer, series, index),
    aims: aimsOf(answer, series, index),
    flag: group.flag,
    here: series.here?.[index] ?? true,
  }));
  const parts = all.filter((row) => !row.flag && row.here && row.name !== UNMATCHED);
  const rows = answer.groups.some((group) => !group.flag && Object.keys(group.by).length > 0) ? parts : all;
  const last = (row: Row) => row.values.findLast((value) => value !== null) ?? Number.NEGATIVE_INFINITY;
  return rows.map(({ name, values, aims }) => ({ name, values, aims })).sort((a, b) => last(b) - last(a));
}

export function draw(answer: Answer, series: KpiSeries, kind: ChartKind, paint: Paint): EChartsCoreOption {
  const look = { unit: series.unit, currency: answer.currency };
  const text = (value: number | null | undefined) => show(value, look, true);
  const tick = (value: number) => showTick(value, look);
  const periods = answer.periods.map((period) => periodName(period));
  const rows = rowsOf(answer, series);
  if (kind === "heat") return heat(answer, series, rows, periods, text, paint);
  if (kind === "bar" && rows.length > 1 && periods.length === 1) return ranking(rows.slice(0, MOST_BARS), text, tick, paint);
  return overTime(rows.slice(0, MOST_LINES), periods, kind, text, tick, paint);
}

type Text = (value: number | null | undefined) => string;
type Tick = (value: number) => string;

const axisText = (paint: Paint) => ({ color: paint.quiet, fontSize: 11 });
const valueAxis = (tick: Tick, paint: Paint) => ({
  type: "value",
  axisLabel: { ...axisText(paint), formatter: tick, hideOverlap: true },
  splitLine: { lineStyle: { color: paint.line } },
});

function overTime(rows: Row[], periods: string[], kind: ChartKind, text: Text, tick: Tick, paint: Paint): EChartsCoreOption {
  const aims = rows.length === 1 ? rows[0]?.aims : undefined; // of several, they would not be told apart
  return {
    legend: rows.length > 1 || aims ? { data: aims && [AIMS], type: "scroll", top: 0, left: 0, textStyle: { color: paint.ink }, icon: "roundRect", itemHeight: 4 } : undefined,
    grid: { left: 8, right: 16, top: rows.length > 1 || aims ? 36 : 16, bottom: 8, containLabel: true },
    tooltip: tip(text, paint, "axis"),
    xAxis: {
      type: "category",
      data: periods,
      boundaryGap: kind === "bar",
      axisLabel: { ...axisText(paint), hideOverlap: true },
      axisLine: { lineStyle: { color: paint.line } },
      axisTick: { show: false },
    },
    yAxis: { ...valueAxis(tick, paint), scale: kind === "line" },
    series: [
      ...rows.map((row) => ({
        name: row.name,
        type: kind === "bar" ? "bar" : "line",
        data: row.values,
        symbolSize: 6,
        showSymbol: periods.length <= 24,
        lineStyle: { width: 2 },
        barMaxWidth: 28,
        itemStyle: kind === "bar" ? { borderRadius: [3, 3, 0, 0] } : undefined,
        emphasis: { focus: rows.length > 1 ? "series" : "none" },
      })),
      ...(aims ? [aimed(aims, [22, 3], kind !== "bar", paint)] : []),
    ],
  };
}

/** Targets as a stroke each; joined where they stand beside a line. */
const aimed = (aims: (number | null)[], size: [number, number], joined: boolean, paint: Paint) => ({
  name: AIMS,
  type: "line",
  data: aims,
  symbol: "rect",
  symbolSize: size,
  color: paint.ink,
  lineStyle: { width: joined ? 1.5 : 0, type: "dashed" },
});

function ranking(rows: Row[], text: Text, tick: Tick, paint: Paint): EChartsCoreOption {
  const down = [...rows].reverse(); // the first at the top
  return {
    grid: { left: 8, right: 72, top: 8, bottom: 8, containLabel: true },
    tooltip: tip(text, paint, "item"),
    xAxis: valueAxis(tick, paint),
    yAxis: {
      type: "category",
      data: down.map((row) => row.name),
      axisLabel: { color: paint.ink, fontSize: 12, interval: 0, width: 180, overflow: "truncate" },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: [
      {
        type: "bar",
        data: down.map((row) => row.values[0] ?? null),
        barMaxWidth: 20,
        itemStyle: { color: paint.series[0], borderRadius: [0, 4, 4, 0] },
        label: { show: true, position: "right", color: paint.ink, fontSize: 11, formatter: (at: { value: unknown }) => text(at.value as number | null) },
      },
      ...(down.some((row) => row.aims) ? [aimed(down.map((row) => row.aims?.[0] ?? null), [3, 24], false, paint)] : []),
    ],
  };
}

interface Grid {
  across: string[];
  down: string[];
  cells: [number, number, number | null][];
}

/** Groups by periods; with one period and two dimensions, the first dimension by the second. */
export function gridOf(answer: Answer, series: KpiSeries, rows: Row[], periods: string[]): Grid {
  if (periods.length > 1)
    return {
      across: periods,
      down: rows.map((row) => row.name),
      cells: rows.flatMap((row, y) => row.values.map((value, x): [number, number, number | null] => [x, y, value])),
    };
  const parts = answer.groups.map((group, index) => ({ group, index })).filter(({ group }) => !group.flag);
  const [one, two] = Object.keys(parts[0]?.group.by ?? {}) as [string, string | undefined];
  const told = (group: (typeof parts)[number]["group"], name: string | undefined) =>
    name === undefined ? "" : (group.names?.[name] ?? group.by[name] ?? UNKNOWN);
  const down = [...new Set(parts.map(({ group }) => told(group, one)))];
  const across = [...new Set(parts.map(({ group }) => told(group, two)))].sort();
  const cells = parts.map(({ group, index }): [number, number, number | null] => [
    across.indexOf(told(group, two)),
    down.indexOf(told(group, one)),
    series.value?.[index] ?? null,
  ]);
  return { across, down, cells };
}

function heat(answer: Answer, series: KpiSeries, rows: Row[], periods: string[], text: Text, paint: Paint): EChartsCoreOption {
  const { across, down, cells } = gridOf(answer, series, rows, periods);
  const known = cells.map(([, , value]) => value).filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const category = { axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false } };
  return {
    grid: { left: 8, right: 16, top: 8, bottom: 8, containLabel: true },
    tooltip: {
      ...tip(text, paint, "item"),
      formatter: (at: { value: [number, number, number | null] }) =>
        `${escaped(down[at.value[1]] ?? "")} · ${escaped(across[at.value[0]] ?? "")}: ${text(at.value[2])}`,
    },
    xAxis: { type: "category", data: across, axisLabel: { ...axisText(paint), hideOverlap: true }, ...category },
    yAxis: { type: "category", data: down, inverse: true, axisLabel: { color: paint.ink, interval: 0, width: 180, overflow: "truncate" }, ...category },
    visualMap: { show: false, min: low, max: high, dimension: 2, inRange: { color: paint.heat } },
    series: [
      {
        type: "heatmap",
        data: cells
          .filter((cell): cell is [number, number, number] => cell[2] !== null)
          .map((value) => ({ value, label: { color: value[2] - low > (high - low) / 2 ? paint.surface : paint.ink } })),
        label: { show: known.length <= MOST_WRITTEN, fontSize: 11, formatter: (at: { value: [number, number, number | null] }) => text(at.value[2]) },
        itemStyle: { borderColor: paint.surface, borderWidth: 2, borderRadius: 4 },
        emphasis: { itemStyle: { borderColor: paint.ink } },
      },
    ],
  };
}

function tip(text: Text, paint: Paint, trigger: "axis" | "item") {
  return {
    trigger,
    backgroundColor: paint.surface,
    borderColor: paint.line,
    textStyle: { color: paint.ink, fontSize: 12 },
    confine: true,
    valueFormatter: (value: unknown) => text(value as number | null),
  };
}

/** Names are the user's data: what a tooltip shows as HTML must not be read as such. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
