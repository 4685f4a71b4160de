// The stages at both ends as bars, for a picture; on the page their table has them.

import type { EChartsCoreOption } from "echarts/core";
import type { Journey } from "@/api/journeys";
import type { Drawing, Paint } from "@/parts/Chart";
import { showCount } from "@/words/format";
import { stageWords } from "@/words/groups";
import { dateText, lastDay } from "@/words/periods";

const [ROW_PX, AXIS_PX] = [44, 70];

export const stagesDrawing = (journey: Journey): Drawing => ({ draw: (paint) => drawStages(journey, paint), height: journey.stages.length * ROW_PX + AXIS_PX });

function drawStages({ stages, start, end }: Journey, paint: Paint): EChartsCoreOption {
  const label = { show: true, position: "right", color: paint.ink, fontSize: 11, formatter: (at: { value: unknown }) => showCount(at.value as number | null) };
  const bars = (moment: string, style: object, when: "before" | "after") => ({
    name: dateText(lastDay(moment)),
    type: "bar",
    data: stages.map((stage) => (stage.known ? stage[when] : null)),
    barMaxWidth: 14,
    itemStyle: { ...style, borderRadius: [0, 4, 4, 0] },
    label,
  });
  return {
    legend: { top: 0, left: 0, textStyle: { color: paint.ink }, icon: "roundRect", itemHeight: 8 },
    grid: { left: 8, right: 72, top: 36, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, axisLabel: { color: paint.quiet, fontSize: 11 }, splitLine: { lineStyle: { color: paint.line } } },
    yAxis: { type: "category", inverse: true, data: stages.map((stage) => stageWords(stage.name)), axisLabel: { color: paint.ink, fontSize: 12, interval: 0 }, axisLine: { show: false }, axisTick: { show: false } },
    series: [bars(start, { color: paint.quiet }, "before"), bars(end, { color: paint.series[0] }, "after")],
  };
}
