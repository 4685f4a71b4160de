// Marks what happened on a chart over time: a dashed line at each period that has notes, their text on hover.

import type { EChartsCoreOption } from "echarts/core";
import type { Mark } from "@/words/notes";
import type { Paint } from "./Chart";

type Series = Record<string, unknown>;

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function withMarks(option: EChartsCoreOption, marks: readonly Mark[], paint: Paint): EChartsCoreOption {
  const series = option.series as Series[] | undefined;
  if (!marks.length || !series?.length) return option;
  const text = (mark: Mark) => mark.notes.map((note) => `<b>${escaped(note.on)}</b> ${escaped(note.text)}`).join("<br>");
  const markLine = {
    symbol: ["none", "circle"],
    symbolSize: 7,
    silent: false,
    animation: false,
    label: { show: false },
    lineStyle: { color: paint.quiet, type: "dashed", width: 1 },
    emphasis: { lineStyle: { color: paint.ink, width: 2 } },
    tooltip: { trigger: "item", extraCssText: "max-width:320px;white-space:normal", formatter: (at: { dataIndex: number }) => (marks[at.dataIndex] ? text(marks[at.dataIndex] as Mark) : "") },
    data: marks.map((mark) => ({ xAxis: mark.place })),
  };
  return { ...option, series: [{ ...series[0], markLine }, ...series.slice(1)] };
}
