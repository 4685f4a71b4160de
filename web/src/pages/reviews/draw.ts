// A chart of a review: its line with the band of its interval and its target, or bars by name.

import type { EChartsCoreOption } from "echarts/core";
import type { ReviewChart } from "@/api/reviews";
import type { Paint } from "@/parts/Chart";
import { show, showTick } from "@/words/format";

const BAND = "interval";
const ROW_PX = 26;
const LINE_PX = 190;

export const heightOf = (chart: ReviewChart): number => (chart.kind === "bars" ? 24 + chart.values.length * ROW_PX : LINE_PX);

export function draw(chart: ReviewChart, currency: string, paint: Paint): EChartsCoreOption {
  return chart.kind === "bars" ? bars(chart, currency, paint) : line(chart, currency, paint);
}

function line(chart: ReviewChart, currency: string, paint: Paint): EChartsCoreOption {
  const look = { unit: chart.unit, currency };
  const bounded = (chart.lower?.length ?? 0) > 0;
  return {
    grid: { left: 8, right: 20, top: 14, bottom: 6, containLabel: true },
    tooltip: { trigger: "axis", confine: true, backgroundColor: paint.surface, borderColor: paint.line, textStyle: { color: paint.ink, fontSize: 12 }, formatter: (at: { dataIndex: number }[]) => tip(chart, at[0]?.dataIndex ?? 0, look) },
    xAxis: { type: "category", data: [...chart.names], boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: paint.line } }, axisLabel: { color: paint.quiet, fontSize: 11, hideOverlap: true } },
    yAxis: { type: "value", scale: true, splitNumber: 3, axisLabel: { color: paint.quiet, fontSize: 11, formatter: (value: number) => showTick(value, look) }, splitLine: { lineStyle: { color: paint.line } } },
    series: [
      ...(bounded ? band(chart, paint) : []),
      {
        type: "line",
        data: [...chart.values],
        color: paint.series[0],
        symbolSize: 5,
        lineStyle: { width: 2 },
        markLine: chart.goal == null ? undefined : goal(chart.goal, show(chart.goal, look, true), paint),
      },
    ],
  };
}

/** Lower bounds unseen, and on them what reaches to the upper ones. */
function band(chart: ReviewChart, paint: Paint) {
  const lower = [...(chart.lower ?? [])];
  const height = (chart.upper ?? []).map((high, index) => (high === null || lower[index] == null ? null : high - (lower[index] as number)));
  const plain = { type: "line", stack: BAND, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  return [
    { ...plain, data: lower },
    { ...plain, data: height, areaStyle: { color: paint.series[0], opacity: 0.14 } },
  ];
}

const goal = (value: number, text: string, paint: Paint) => ({
  silent: true,
  symbol: "none",
  lineStyle: { color: paint.series[2], type: "dashed", width: 1.5 },
  label: { formatter: `Target ${text}`, position: "insideEndTop", color: paint.ink, fontSize: 11 },
  data: [{ yAxis: value }],
});

function bars(chart: ReviewChart, currency: string, paint: Paint): EChartsCoreOption {
  const look = { unit: chart.unit, currency };
  return {
    grid: { left: 8, right: 64, top: 4, bottom: 4, containLabel: true },
    tooltip: { trigger: "item", confine: true, backgroundColor: paint.surface, borderColor: paint.line, textStyle: { color: paint.ink, fontSize: 12 }, valueFormatter: (value: unknown) => show(value as number, look) },
    xAxis: { type: "value", show: false },
    yAxis: { type: "category", inverse: true, data: [...chart.names], axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: paint.ink, fontSize: 11, interval: 0, width: 150, overflow: "truncate" } },
    series: [
      {
        type: "bar",
        data: [...chart.values],
        barMaxWidth: 16,
        itemStyle: { color: paint.series[0], borderRadius: [0, 4, 4, 0] },
        label: { show: true, position: "right", color: paint.ink, fontSize: 11, formatter: (at: { value: unknown }) => show(at.value as number, look, true) },
      },
    ],
  };
}

/** The period, its value, and where that may truly lie. Names of periods are ours: nothing to escape. */
function tip(chart: ReviewChart, index: number, look: { unit: string; currency: string }): string {
  const [low, high] = [chart.lower?.[index], chart.upper?.[index]];
  const between = low == null || high == null ? "" : `<br>${show(low, look, true)} to ${show(high, look, true)}`;
  return `${chart.names[index]}: <b>${show(chart.values[index], look)}</b>${between}`;
}
