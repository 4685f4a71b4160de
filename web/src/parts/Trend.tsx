// The way to a figure: a small line beside it, and the same large, to take away.

import { type Answer, figuresOver, type KpiSeries, lineOf, seriesAt, totalOf } from "@/words/answer";
import { figuresCsv } from "@/words/listing";
import { periodName } from "@/words/periods";
import type { Drawing } from "./Chart";
import { draw } from "./draw";
import { Spark } from "./Spark";

/** An answer over time, and which of its KPIs is meant. */
export interface Trend {
  answer: Answer;
  series: KpiSeries;
}

const PICTURE_PX = 300;

export function trendFrom(answer: Answer | undefined, asked: readonly string[], kpi: string): Trend | undefined {
  const series = answer && seriesAt(answer, asked, kpi);
  return answer && series && answer.periods.length > 0 ? { answer, series } : undefined;
}

export function TrendSpark({ trend: { answer, series }, label, height }: { trend: Trend; label: string; height: number }) {
  const [first, last] = [answer.periods[0], answer.periods.at(-1)];
  const span = first && last ? ` from ${periodName(first)} to ${periodName(last)}` : "";
  return <Spark values={lineOf(answer, series, Math.max(0, totalOf(answer)))} label={`${label}${span}`} lastPartial={last?.partial} width={240} height={height} />;
}

/** None where no figure is known: nobody takes an empty picture. */
export function trendDrawings({ answer, series }: Trend): Drawing[] {
  const known = figuresOver(answer, series).some(({ value }) => value !== null);
  return known ? [{ draw: (paint) => draw(answer, series, "line", paint), height: PICTURE_PX }] : [];
}

export const trendCsv = ({ answer, series }: Trend): string => figuresCsv(figuresOver(answer, series));
