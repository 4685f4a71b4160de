// A score over time within its interval: a band around the line.

import type { EChartsCoreOption } from "echarts/core";
import type { Paint } from "@/parts/Chart";
import { type Answer, figureAt, type KpiSeries, totalOf } from "@/words/answer";
import { show, showCount, showInterval, showTick } from "@/words/format";
import { periodName } from "@/words/periods";

export function drawCourse(answer: Answer, series: KpiSeries, paint: Paint): EChartsCoreOption {
  const look = { unit: series.unit, currency: answer.currency };
  const figures = answer.periods.map((_, period) => figureAt(answer, series, totalOf(answer), period));
  const band = figures.map(({ lower, upper }) => (lower === null || upper === null ? null : upper - lower));
  const text = { color: paint.quiet, fontSize: 11 };
  const flat = { type: "line", stack: "interval", stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 }, tooltip: { show: false } };
  return {
    grid: { left: 8, right: 16, top: 16, bottom: 8, containLabel: true },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: paint.surface,
      borderColor: paint.line,
      textStyle: { color: paint.ink, fontSize: 12 },
      formatter: (at: { dataIndex: number }[]) => {
        const figure = figures[at[0]?.dataIndex ?? -1];
        if (!figure) return "";
        const between = showInterval(figure.lower, figure.upper, figure);
        return `${periodName(figure.period)}: <b>${show(figure.value, figure)}</b>${between ? `<br>likely ${between}` : ""}${figure.n === null ? "" : `<br>rests on ${showCount(figure.n)}`}`;
      },
    },
    xAxis: {
      type: "category",
      data: answer.periods.map((period) => periodName(period)),
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: paint.line } },
      axisTick: { show: false },
    },
    yAxis: { type: "value", scale: true, axisLabel: { ...text, formatter: (value: number) => showTick(value, look), hideOverlap: true }, splitLine: { lineStyle: { color: paint.line } } },
    series: [
      { ...flat, name: "lower", data: figures.map(({ lower, upper }) => (upper === null ? null : lower)) },
      { ...flat, name: "interval", data: band, areaStyle: { color: paint.series[0], opacity: 0.16 } },
      { name: "score", type: "line", data: figures.map((figure) => figure.value), symbolSize: 8, showSymbol: true, itemStyle: { color: paint.series[0] }, lineStyle: { width: 2.2, color: paint.series[0] } },
    ],
  };
}
