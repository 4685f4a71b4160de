// What customers say, how sure that is, where it is worse than elsewhere, and who waits for an answer.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { catalog } from "@/api/queries";
import { voiceOf } from "@/api/voice";
import { Around } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { KpiCard } from "@/parts/KpiCard";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { trendFrom } from "@/parts/Trend";
import { Needs } from "@/pages/account/Needs";
import frame from "@/parts/Frame.module.css";
import { Filters } from "@/shell/Filters";
import { type Asked, conditions, useFilter } from "@/shell/filter";
import { type Answer, figureAt, seriesAt, totalOf } from "@/words/answer";
import { spanText } from "@/words/periods";
import { without } from "@/words/search";
import { Comments } from "./Comments";
import { Course } from "./Course";
import { Detractors } from "./Detractors";
import { Groups } from "./Groups";
import { Marks } from "./Marks";
import { courseOf, wholeOf } from "./questions";
import { firstKnown } from "./hearing";
import { SCORES, VOICE_DEFAULTS, type VoiceSearch } from "./search";
import css from "./Voice.module.css";

export default function VoicePage() {
  const search = useSearch({ strict: false }) as VoiceSearch;
  const filter = useFilter(VOICE_DEFAULTS);
  const navigate = useNavigate();
  const told = useQuery(voiceOf(filter.period));
  const whole = useQuery(wholeOf(filter));
  const put = useCallback(
    (change: VoiceSearch) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false }),
    [navigate],
  );
  const error = told.error ?? whole.error;
  const period = whole.data?.periods[0];
  const unheard = told.data?.needs.find((need) => need.lacks === "survey_responses");
  const unasked = told.data?.needs.find((need) => need.lacks === "survey_responses.nps");
  const score = search.score ?? firstKnown(whole.data);
  return (
    <Page title="Voice of customer" lead={period ? spanText(period) : "\u00a0"}>
      <Filters value={filter} grains={["month", "quarter", "year"]} />
      {error ? (
        <ProblemView error={error} retry={() => void Promise.all([told.refetch(), whole.refetch()])} />
      ) : unheard ? (
        <Empty title="No survey was asked yet">{unheard.mend}</Empty>
      ) : (
        <Around value={{ where: conditions(filter), scope: filter.scope, period: filter.period }}>
          <Scores answer={whole.data} filter={filter} fading={whole.isPlaceholderData} />
          <div className={frame.columns}>
            <Course filter={filter} score={score} onScore={(chosen) => put({ score: chosen })} />
            <Marks filter={filter} unasked={unasked} />
          </div>
          <Groups filter={filter} score={score} by={search.by} usual={told.data?.by ?? undefined} known={told.data !== undefined} onBy={(by) => put({ by })} />
          <div className={frame.columns}>
            <Detractors filter={filter} unasked={unasked} />
            <Comments filter={filter} survey={search.survey} onSurvey={(survey) => put({ survey })} />
          </div>
          <div className={frame.needs}>
            <Needs needs={told.data?.needs} />
          </div>
        </Around>
      )}
    </Page>
  );
}

function Scores({ answer, filter, fading }: { answer?: Answer; filter: Asked; fading: boolean }) {
  const { data: all } = useQuery(catalog);
  const { data: course } = useQuery(courseOf(filter));
  return (
    <section className={css.cards} aria-label="Scores" data-fading={fading || undefined}>
      <h2 className="unseen">Scores</h2>
      {SCORES.map((name) => {
        const kpi = all?.kpis.find((one) => one.name === name);
        const series = answer && seriesAt(answer, SCORES, name);
        if (!kpi) return <Skeleton key={name} height={186} radius="lg" />;
        return (
          <KpiCard
            key={name}
            kpi={kpi}
            figure={answer && series ? figureAt(answer, series, totalOf(answer), 0) : undefined}
            compare={filter.compare === "none" ? undefined : filter.compare}
            trend={trendFrom(course, SCORES, name)}
          />
        );
      })}
    </section>
  );
}
