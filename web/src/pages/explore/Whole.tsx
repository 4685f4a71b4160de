// The whole span in one number for each KPI, above what its periods say: the sum of months is no rate of a year.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { answerOf, type KpiShort, type Question } from "@/api/queries";
import { Change } from "@/parts/Change";
import { Door } from "@/parts/Door";
import { Interval } from "@/parts/Interval";
import { Tile, Tiles } from "@/parts/Tiles";
import { aimOf, figureAt, totalOf } from "@/words/answer";
import { show } from "@/words/format";
import { periodAsked, spanText } from "@/words/periods";
import { plainKpi } from "@/words/search";

interface Props {
  asked: readonly string[];
  kpis: readonly KpiShort[];
  compare: string;
  question: Question;
}

const MOST = 6;

export function Whole({ asked, kpis, compare, question }: Props) {
  const { data: answer } = useQuery(answerOf({ ...question, grain: "total" }));
  const shown = asked.slice(0, MOST);
  if (answer && (answer.kpis.length !== asked.length || answer.periods.length !== 1 || totalOf(answer) < 0)) return null;
  return (
    <Tiles>
      {shown.map((name, index) => {
        const kpi = kpis.find((one) => one.name === plainKpi(name));
        const label = kpi?.label ?? name;
        const series = answer?.kpis[index];
        if (!answer || !series) return <Skeleton key={name} height={104} radius="lg" />;
        const figure = figureAt(answer, series, totalOf(answer), 0);
        const text = show(figure.value, figure, true);
        return (
          <Tile
            key={name}
            title={label}
            value={
              <Interval figure={figure}>
                <span>
                  <Door kpi={name} period={periodAsked(figure.period)} label={`${label}, ${spanText(figure.period)}: ${text}. Explain`}>
                    {text}
                  </Door>
                </span>
              </Interval>
            }
            note={
              <>
                {aimOf(figure) !== null && `of ${show(aimOf(figure), figure, true)}, the target · `}
                {spanText(figure.period)} {compare !== "none" && figure.value !== null && <Change figure={figure} word={compare} good={kpi?.good} />}
              </>
            }
          />
        );
      })}
    </Tiles>
  );
}
