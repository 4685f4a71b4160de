// How each model shares out all credit: a bar a model, the sources with the most of it as its parts.

import type { EChartsCoreOption } from "echarts/core";
import type { Attribution, Source } from "@/api/attribution";
import type { Paint } from "@/parts/Chart";
import { show } from "@/words/format";
import { sourceName } from "./crediting";

const PARTS = 7; // with a colour of their own
const GREY = 5; // the place of the colour that all others have
const WRITTEN = 0.06; // a smaller part has no room for its share

/** The sources with the most by a model; the others are drawn together. */
export const partsOf = (told: Attribution, model: string): Source[] =>
  [...told.sources].sort((a, b) => (b.share[model] ?? 0) - (a.share[model] ?? 0)).slice(0, PARTS);

export function drawShares(told: Attribution, model: string, name: (model: string) => string, paint: Paint): EChartsCoreOption {
  const models = [...told.models].reverse(); // the first at the top
  const parts = partsOf(told, model);
  const colours = paint.series.filter((_, place) => place !== GREY);
  const text = (value: unknown) => show(value as number | null, { unit: "fraction" });
  const rest = models.map((one) => Math.max(0, told.sources.filter((source) => !parts.includes(source)).reduce((sum, source) => sum + (source.share[one] ?? 0), 0)));
  const bar = (title: string, data: (number | null)[], colour: string | undefined) => ({
    name: title,
    type: "bar",
    stack: "credit",
    barMaxWidth: 24,
    data,
    itemStyle: { color: colour, borderColor: paint.surface, borderWidth: 1 },
    label: { show: true, color: paint.surface, fontSize: 11, formatter: (at: { value: unknown }) => ((at.value as number) >= WRITTEN ? `${Math.round((at.value as number) * 100)}%` : "") },
    emphasis: { focus: "series" },
  });
  return {
    legend: { type: "scroll", top: 0, left: 0, textStyle: { color: paint.ink }, pageTextStyle: { color: paint.ink }, icon: "roundRect", itemHeight: 8 },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    tooltip: { trigger: "item", confine: true, backgroundColor: paint.surface, borderColor: paint.line, textStyle: { color: paint.ink, fontSize: 12 }, valueFormatter: text },
    xAxis: { type: "value", max: 1, axisLabel: { color: paint.quiet, fontSize: 11, formatter: (value: number) => `${Math.round(value * 100)}%` }, splitLine: { lineStyle: { color: paint.line } } },
    yAxis: { type: "category", data: models.map(name), axisLabel: { color: paint.ink, fontSize: 12, interval: 0 }, axisLine: { show: false }, axisTick: { show: false } },
    series: [
      ...parts.map((source, index) => bar(sourceName(source), models.map((one) => source.share[one] ?? null), colours[index])),
      ...(told.sources.length > parts.length ? [bar("All others", rest, paint.series[GREY])] : []),
    ],
  };
}
