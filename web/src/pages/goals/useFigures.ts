// The figures of a goal's KPIs, their way there and their targets, asked together; what lacks its data is not asked.

import { useQuery } from "@tanstack/react-query";
import type { Goal } from "@/api/goals";
import { answerOf, catalog, type KpiShort } from "@/api/queries";
import { type Trend, trendFrom } from "@/parts/Trend";
import { useAims } from "@/parts/useAims";
import { type Figure, figureAt, seriesAt, totalOf } from "@/words/answer";
import type { Target } from "@/words/pace";
import { plainKpi } from "@/words/search";

export interface Figures {
  kpi: (asked: string) => KpiShort | undefined;
  figure: (asked: string) => Figure | undefined;
  trend: (asked: string) => Trend | undefined;
  target: (asked: string) => Target | undefined;
}

export function useFigures(goal: Goal | undefined): Figures {
  const kpis = goal?.serving.filter((one) => one.lacks.length === 0).map((one) => one.kpi) ?? [];
  const { data: all } = useQuery(catalog);
  const { data: now } = useQuery({ ...answerOf({ kpis, period: goal?.period, grain: "total", compare: ["previous"] }), placeholderData: undefined });
  const { data: over } = useQuery({ ...answerOf({ kpis, ...goal?.course }), placeholderData: undefined });
  const target = useAims({ scope: "all" }, now?.periods[0]);
  return {
    kpi: (asked) => all?.kpis.find((one) => one.name === plainKpi(asked)),
    figure: (asked) => {
      const series = now && seriesAt(now, kpis, asked);
      return now && series ? figureAt(now, series, totalOf(now), 0) : undefined;
    },
    trend: (asked) => trendFrom(over, kpis, asked),
    target,
  };
}
