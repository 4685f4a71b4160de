// A score over time within its interval; the same figures as a table, each a door.

import { SegmentedControl, Skeleton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { catalog } from "@/api/queries";
import { Chart, type Paint } from "@/parts/Chart";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv, TakePng } from "@/parts/Take";
import { type Asked, conditions } from "@/shell/filter";
import { type Figure, figuresOver, seriesAt } from "@/words/answer";
import { show, showCount, showInterval } from "@/words/format";
import { figuresCsv } from "@/words/listing";
import { periodAsked, periodName } from "@/words/periods";
import { drawCourse } from "./draw";
import { courseOf } from "./questions";
import { SCORES, type ScoreName } from "./search";
import css from "./Voice.module.css";

interface Props {
  filter: Asked;
  score: ScoreName;
  onScore: (score: ScoreName) => void;
}

const SHORT: Record<ScoreName, string> = { nps: "NPS", csat: "CSAT", ces: "CES", response_rate: "Response" };
const TALL = 300;

export function Course({ filter, score, onScore }: Props) {
  const { data: answer, error, refetch, isPlaceholderData } = useQuery(courseOf(filter));
  const { data: all } = useQuery(catalog);
  const navigate = useNavigate();
  const label = all?.kpis.find((kpi) => kpi.name === score)?.label ?? SHORT[score];
  const series = answer && seriesAt(answer, SCORES, score);
  const figures = answer && (series ? figuresOver(answer, series) : []);
  const draw = useCallback((paint: Paint) => (answer && series ? drawCourse(answer, series, paint) : {}), [answer, series]);
  const known = figures?.some((figure) => figure.value !== null);
  const explain = (index: number) => {
    const period = answer?.periods[index];
    const explained = period && { kpi: score, period: periodAsked(period), where: conditions(filter), scope: filter.scope };
    if (explained) void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, explain: explained }), resetScroll: false });
  };
  return (
    <Panel
      title="Over time"
      note={`${label}, with the interval it likely lies in.`}
      actions={
        known && (
          <div className={frame.takes}>
            <TakePng label="Over time" name={`${score}-over-time`} drawings={[{ draw, height: TALL }]} />
            <TakeCsv label="Over time" name={`${score}-over-time`} csv={() => figuresCsv(figures ?? [])} />
          </div>
        )
      }
    >
      <SegmentedControl
        aria-label="Score"
        size="xs"
        mb="sm"
        value={score}
        onChange={(chosen) => onScore(chosen as ScoreName)}
        data={SCORES.map((name) => ({ value: name, label: SHORT[name] }))}
      />
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : !answer || !figures ? (
        <Skeleton height={TALL + 32} />
      ) : !known ? (
        <Empty small title="Unknown in this time">
          Nobody answered this survey.
        </Empty>
      ) : (
        <div data-fading={isPlaceholderData || undefined} className={frame.fades}>
          <Chart draw={draw} height={TALL} label={`${label} over time; the table beneath has its numbers`} onPick={({ index }) => explain(index)} />
          <details className={css.more}>
            <summary>
              <IconChevronRight size={14} aria-hidden /> As a table
            </summary>
            <Periods figures={figures} label={label} />
          </details>
        </div>
      )}
    </Panel>
  );
}

function Periods({ figures, label }: { figures: readonly Figure[]; label: string }) {
  return (
    <table className={css.plain}>
      <thead>
        <tr>
          <th scope="col">Period</th>
          <th scope="col">{label}</th>
          <th scope="col">Likely between</th>
          <th scope="col">Rests on</th>
        </tr>
      </thead>
      <tbody>
        {figures.map((figure) => (
          <tr key={figure.period.start}>
            <th scope="row">{periodName(figure.period)}</th>
            <td>
              <Door kpi={figure.kpi} period={periodAsked(figure.period)} label={`${label}, ${periodName(figure.period)}: ${show(figure.value, figure)}. Explain`}>
                {show(figure.value, figure)}
              </Door>
            </td>
            <td>{showInterval(figure.lower, figure.upper, figure) || "–"}</td>
            <td>{showCount(figure.n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
