// The load of each beside the team's middle: what is in hand, stacked, the middle at 1.

import type { EChartsCoreOption } from "echarts/core";
import type { Paint } from "@/parts/Chart";
import { show } from "@/words/format";
import { nameOf } from "./columns";
import { PART_WORDS, PARTS, type Weighed } from "./weighing";

export const MOST_BARS = 30;

export const barsOf = (rows: readonly Weighed[]): Weighed[] =>
  rows.filter((one) => one.load !== null).sort((a, b) => (b.load as number) - (a.load as number)).slice(0, MOST_BARS);

export function drawLoad(bars: readonly Weighed[], paint: Paint): EChartsCoreOption {
  const down = [...bars].reverse(); // the heaviest at the top
  const ratio = (value: number) => show(value, { unit: "ratio" });
  const shown = PARTS.filter((part) => down.some((one) => one.parts[part] !== undefined));
  const piece = (one: Weighed, part: (typeof PARTS)[number]) => (one.parts[part] ?? 0) / Math.max(1, Object.keys(one.parts).length);
  const middle = {
    symbol: "none",
    silent: true,
    label: { formatter: "middle", color: paint.quiet, fontSize: 11, position: "end" },
    lineStyle: { color: paint.quiet, type: "dashed" },
    data: [{ xAxis: 1 }],
  };
  return {
    legend: { top: 0, left: 0, textStyle: { color: paint.ink }, icon: "roundRect", itemHeight: 8, data: shown.map((part) => PART_WORDS[part]) },
    grid: { left: 8, right: 56, top: 52, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", axisPointer: { type: "none" }, confine: true, backgroundColor: paint.surface, borderColor: paint.line, textStyle: { color: paint.ink, fontSize: 12 }, valueFormatter: (value: unknown) => ratio(value as number) },
    xAxis: { type: "value", axisLabel: { color: paint.quiet, fontSize: 11, hideOverlap: true, formatter: (value: number) => `${value}×` }, splitLine: { lineStyle: { color: paint.line } } },
    yAxis: {
      type: "category",
      data: down.map((one) => nameOf(one.portfolio)),
      axisLabel: { color: paint.ink, fontSize: 12, interval: 0, width: 150, overflow: "truncate" },
      axisLine: { show: false },
      axisTick: { show: false },
    },
    series: shown.map((part, index) => ({
      name: PART_WORDS[part],
      type: "bar",
      stack: "load",
      barMaxWidth: 18,
      data: down.map((one) => piece(one, part)),
      ...(index === 0 ? { markLine: middle } : {}),
      ...(index === shown.length - 1 ? { label: { show: true, position: "right", color: paint.ink, fontSize: 11, formatter: (at: { dataIndex: number }) => `${ratio(down[at.dataIndex]?.load ?? 0)}×` } } : {}),
    })),
  };
}
