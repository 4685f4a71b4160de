// Figures of a tile: large, with what changed and the way there; several as a list.

import { Skeleton } from "@mantine/core";
import type { KpiShort } from "@/api/queries";
import { Change } from "@/parts/Change";
import { Door } from "@/parts/Door";
import { Interval } from "@/parts/Interval";
import { Pacing } from "@/parts/Pacing";
import { type Trend, trendFrom, TrendSpark } from "@/parts/Trend";
import { useAims } from "@/parts/useAims";
import { type Answer, type Figure, figureAt, seriesAt, totalOf } from "@/words/answer";
import { show } from "@/words/format";
import type { Target } from "@/words/pace";
import { periodAsked } from "@/words/periods";
import { plainKpi } from "@/words/search";
import css from "./Tile.module.css";

interface Props {
  answer: Answer;
  asked: readonly string[];
  kpis: readonly KpiShort[];
  trend?: Answer; // of the same KPIs
  height: number;
  stands: { where?: string; scope: string };
}

const SPARK_FROM_PX = 96;

export function Numbers({ answer, asked, kpis, trend, height, stands }: Props) {
  const aims = useAims(stands, answer.periods[0]);
  const figures = asked.map((kpi) => {
    const series = seriesAt(answer, asked, kpi);
    return series ? figureAt(answer, series, Math.max(0, totalOf(answer)), 0) : undefined;
  });
  const known = (name: string) => kpis.find((kpi) => kpi.name === plainKpi(name));
  return (
    <ul className={css.numbers} data-single={asked.length === 1 || undefined}>
      {figures.map((figure, index) => {
        const name = asked[index] as string;
        if (!figure) return null;
        return (
          <li key={name}>
            {asked.length > 1 && <span className={css.name}>{known(name)?.label ?? name}</span>}
            <Number figure={figure} asked={name} kpi={known(name)} target={aims(name)} />
            {asked.length === 1 && height >= SPARK_FROM_PX && <Course trend={trendFrom(trend, [name], name)} label={known(name)?.label ?? name} />}
          </li>
        );
      })}
    </ul>
  );
}

function Number({ figure, asked, kpi, target }: { figure: Figure; asked: string; kpi?: KpiShort; target?: Target }) {
  const text = show(figure.value, figure, true);
  return (
    <>
      <Interval figure={figure}>
        <span className={css.hold}>
          <Door kpi={asked} period={periodAsked(figure.period)} label={`${kpi?.label ?? asked}: ${text}. Explain`} className={css.value}>
            {text}
          </Door>
        </span>
      </Interval>
      <span className={css.changes}>
        {Object.keys(figure.compare).map((word) => (
          <Change key={word} figure={figure} word={word} good={kpi?.good} />
        ))}
        {target && <Pacing target={target} currency={figure.currency} />}
      </span>
    </>
  );
}

function Course({ trend, label }: { trend?: Trend; label: string }) {
  return <div className={css.course}>{trend ? <TrendSpark trend={trend} label={label} height={36} /> : <Skeleton height={36} />}</div>;
}
