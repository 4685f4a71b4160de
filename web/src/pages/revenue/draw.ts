// The waterfall and the heat map of cohorts as charts.

import type { EChartsCoreOption } from "echarts/core";
import type { Paint } from "@/parts/Chart";
import { type Look, show, showTick, signedValue } from "@/words/format";
import type { Cell } from "./cohorts";
import { type Bar, floorOf, LABELS } from "./waterfall";

const axisText = (paint: Paint) => ({ color: paint.quiet, fontSize: 11 });

export const amountText = (bar: Bar, look: Look): string => (bar.kind === "level" ? show(bar.amount, look, true) : signedValue(bar.amount, look));

/** Bars lie, so that their names can be read on a phone too. */
export function drawWaterfall(bars: readonly Bar[], chosen: string | undefined, look: Look, paint: Paint): EChartsCoreOption {
  const colours = { level: paint.series[5], up: paint.series[1], down: paint.series[3] };
  const axis = { axisLine: { show: false }, axisTick: { show: false } };
  return {
    grid: { left: 8, right: 76, top: 8, bottom: 8, containLabel: true },
    tooltip: { show: false },
    xAxis: { type: "value", min: floorOf(bars), axisLabel: { ...axisText(paint), formatter: (value: number) => showTick(value, look), hideOverlap: true }, splitLine: { lineStyle: { color: paint.line } } },
    yAxis: { type: "category", inverse: true, data: bars.map((bar) => LABELS[bar.name]), axisLabel: { color: paint.ink, fontSize: 12, interval: 0 }, ...axis },
    series: [
      { type: "bar", stack: "level", silent: true, itemStyle: { color: "transparent" }, data: bars.map((bar) => bar.low) },
      {
        type: "bar",
        stack: "level",
        barWidth: 20,
        cursor: "pointer",
        data: bars.map((bar) => ({
          value: bar.high - bar.low,
          itemStyle: { color: colours[bar.kind], borderRadius: 3, borderColor: paint.ink, borderWidth: bar.name === chosen ? 2 : 0 },
        })),
        label: { show: true, position: "right", color: paint.ink, fontSize: 12, formatter: (at: { dataIndex: number }) => amountText(bars[at.dataIndex] as Bar, look) },
      },
    ],
  };
}

const PALE = 0.36; // of the theme's scale of heat: as far as text on it can be read

export function drawCohorts(cells: readonly Cell[], cohorts: readonly string[], ages: number, later: string, written: boolean, paint: Paint): EChartsCoreOption {
  const shares = cells.map((cell) => cell.share);
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  const text = (share: number) => `${Math.round(share * 100)}%`;
  const category = { axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false } };
  return {
    grid: { left: 8, right: 8, top: 8, bottom: 26, containLabel: true },
    tooltip: { trigger: "item", confine: true, backgroundColor: paint.surface, borderColor: paint.line, textStyle: { color: paint.ink, fontSize: 12 }, formatter: (at: { dataIndex: number }) => cells[at.dataIndex]?.words ?? "" },
    xAxis: { type: "category", data: Array.from({ length: ages }, (_, age) => `${age}`), name: later, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: paint.quiet, fontSize: 11 }, axisLabel: axisText(paint), ...category },
    yAxis: { type: "category", data: [...cohorts], inverse: true, axisLabel: { color: paint.ink, interval: 0, fontSize: 11 }, ...category },
    visualMap: { show: false, min: low, max: low + (high > low ? high - low : 1) / PALE, dimension: 2, inRange: { color: paint.heat } },
    series: [
      {
        type: "heatmap",
        data: cells.map((cell) => [cell.age, cell.cohort, cell.share]),
        label: { show: written, color: paint.ink, fontSize: 11, formatter: (at: { dataIndex: number }) => text(cells[at.dataIndex]?.share ?? 0) },
        itemStyle: { borderColor: paint.surface, borderWidth: 2, borderRadius: 4 },
        emphasis: { itemStyle: { borderColor: paint.ink } },
      },
    ],
  };
}
