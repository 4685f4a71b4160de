// How a KPI stands in the period that is shown, and how it came there.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { answerOf, type Definition } from "@/api/queries";
import { BenchmarkWords, useBenchmarks, withBenchmarks } from "@/parts/Benchmarks";
import { Change } from "@/parts/Change";
import { Chart, type Paint } from "@/parts/Chart";
import { Door } from "@/parts/Door";
import frame from "@/parts/Frame.module.css";
import { Interval } from "@/parts/Interval";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { ThereNote, useThere } from "@/parts/There";
import { draw } from "@/parts/draw";
import { TakeCsv, TakePng } from "@/parts/Take";
import { trendCsv, trendDrawings } from "@/parts/Trend";
import { type Asked, circumstances } from "@/shell/filter";
import { figureAt, totalOf } from "@/words/answer";
import { show } from "@/words/format";
import { spanText, trendOf } from "@/words/periods";
import { without } from "@/words/search";
import css from "./Catalog.module.css";

const TALL = 240;

export function Now({ kpi, filter }: { kpi: Definition; filter: Asked }) {
  const kpis = [kpi.name];
  const there = useThere([kpi.name, filter]);
  const on = without({ on: there.on });
  const now = useQuery(answerOf({ kpis, period: filter.period, grain: "total", ...circumstances(filter), ...on }));
  const period = now.data?.periods[0];
  const usual = period && trendOf(period);
  const grain = filter.grain && filter.grain !== "total" ? filter.grain : usual?.grain;
  const trend = useQuery({
    ...answerOf({ kpis, period: usual?.period, grain, ...circumstances(filter), compare: [], ...on }),
    enabled: usual !== undefined,
  });
  const answer = trend.data;
  const series = answer?.kpis[0];
  const compared = useBenchmarks(kpi.name, series && { unit: series.unit, currency: answer?.currency }, filter.filters);
  const paint = useCallback((paint: Paint) => (answer && series ? withBenchmarks(draw(answer, series, "line", paint), compared, paint) : {}), [answer, series, compared]);
  const told = now.data?.kpis[0];
  const figure = now.data && told ? figureAt(now.data, told, totalOf(now.data), 0) : undefined;
  const error = now.error ?? trend.error;
  if (error) return <ProblemView error={error} retry={() => void (now.error ? now : trend).refetch()} there={there.ask} />;
  return (
    <Panel
      title="Now"
      note={period ? spanText(period) : "\u00a0"}
      actions={
        answer &&
        series && (
          <div className={frame.takes}>
            {trendDrawings({ answer, series }).length > 0 && <TakePng name={kpi.name} label={kpi.label} drawings={[{ draw: paint, height: TALL }]} />}
            <TakeCsv name={kpi.name} label={kpi.label} csv={() => trendCsv({ answer, series })} />
          </div>
        )
      }
    >
      <ThereNote there={there} waits={!figure} />
      {figure ? (
        <div style={{ display: "flex", alignItems: "center", gap: 12 }}>
          <Interval figure={figure}>
            <span>
              <Door kpi={kpi.name} className={`${css.big} numbers`} label={`${kpi.label}: ${show(figure.value, figure)}. Explain`}>
                {show(figure.value, figure, true)}
              </Door>
            </span>
          </Interval>
          {filter.compare !== "none" && <Change figure={figure} word={filter.compare} good={kpi.good} />}
        </div>
      ) : (
        <Skeleton height={44} width={180} />
      )}
      {series ? <Chart draw={paint} height={TALL} label={`${kpi.label} over time`} /> : <Skeleton height={TALL} />}
      <BenchmarkWords all={compared} />
    </Panel>
  );
}
