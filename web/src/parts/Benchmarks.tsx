// Benchmarks as lines on a chart, and as words with their source: never one of our own figures.

import { Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { EChartsCoreOption } from "echarts/core";
import { useCallback, useMemo } from "react";
import { benchmarks } from "@/api/benchmarks";
import { fitting, type Told, told } from "@/words/benchmarks";
import type { Look } from "@/words/format";
import { dateText } from "@/words/periods";
import { plainKpi } from "@/words/search";
import css from "./Benchmarks.module.css";
import type { Paint } from "./Chart";

const LONGEST = 34;
const NONE: readonly string[] = [];

export type Fitting = (kpi: string | undefined, look: Look | undefined, filters?: Record<string, string[]>, by?: readonly string[]) => Told[];

/** Those of any KPI that are about what is shown. */
export function useFitting(): Fitting {
  const { data } = useQuery(benchmarks);
  return useCallback<Fitting>(
    (kpi, look, filters, by = NONE) => (kpi && look?.unit ? fitting(data?.benchmarks[plainKpi(kpi)] ?? [], filters, by).map((one) => told(one, look)) : []),
    [data],
  );
}

/** Those of one. */
export function useBenchmarks(kpi: string | undefined, look: Look | undefined, filters?: Record<string, string[]>, by: readonly string[] = NONE): Told[] {
  const fit = useFitting();
  const { unit = "", currency } = look ?? {};
  return useMemo(() => fit(kpi, { unit, currency }, filters, by), [fit, kpi, unit, currency, filters, by]);
}

/** The words beneath a chart, or in an explanation. */
export function BenchmarkWords({ all }: { all: readonly Told[] }) {
  if (all.length === 0) return null;
  return (
    <ul className={css.words} aria-label="Benchmarks">
      {all.map(({ about, text, one }) => (
        <li key={`${about}${text}${one.dated}`}>
          <i aria-hidden /> Benchmark <b className="numbers">{text}</b>,{" "}
          {one.url ? (
            <a href={one.url} target="_blank" rel="noopener noreferrer">
              {about}
            </a>
          ) : (
            about
          )}
          , {dateText(one.dated)}
        </li>
      ))}
    </ul>
  );
}

/** The same within a line of words: where they are from is told when they are pointed at. */
export function BenchmarkNotes({ all }: { all: readonly Told[] }) {
  return all.map(({ about, text, one }) => (
    <Tooltip key={`${about}${text}${one.dated}`} label={`${about}, ${dateText(one.dated)}`} maw={280}>
      <span className={css.note} tabIndex={0} role="note" aria-label={`Benchmark ${text}, ${about}, ${dateText(one.dated)}`}>
        <i aria-hidden /> benchmark <b className="numbers">{text}</b>
      </span>
    </Tooltip>
  ));
}

interface Axis {
  type?: string;
  scale?: boolean;
}

/** The chart with a dashed line at each; where values lie along no axis (a heat map), as it was. */
export function withBenchmarks(option: EChartsCoreOption, all: readonly Told[], paint: Paint): EChartsCoreOption {
  const axis = (["yAxis", "xAxis"] as const).find((name) => (option[name] as Axis | undefined)?.type === "value");
  const series = option.series as object[] | undefined;
  const places = all.flatMap(({ about, text, at }) => at.map((place, nth) => ({ place, name: nth === at.length - 1 ? `${about.length > LONGEST ? `${about.slice(0, LONGEST)}…` : about}: ${text}` : "" })));
  if (!axis || !series?.length || places.length === 0) return option;
  const [low, high] = [Math.min(...places.map(({ place }) => place)), Math.max(...places.map(({ place }) => place))];
  const lines = {
    type: "line",
    data: [],
    silent: true,
    tooltip: { show: false },
    markLine: {
      symbol: "none",
      silent: true,
      animation: false,
      lineStyle: { color: paint.quiet, type: "dashed", width: 1.5 },
      label: { show: axis === "yAxis", position: "insideEndTop", color: paint.ink, fontSize: 11, formatter: (at: { name: string }) => at.name },
      data: places.map(({ place, name }) => ({ [axis]: place, name })),
    },
  };
  const known = option[axis] as Axis;
  const reaching = {
    ...known,
    min: known.scale ? (own: { min: number }) => (low < own.min ? low : null) : undefined,
    max: (own: { max: number }) => (high > own.max ? high * 1.05 : null),
  };
  return { ...option, [axis]: reaching, series: [...series, lines] };
}
