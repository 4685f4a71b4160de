// Any KPIs, over any time, split by anything: a chart and a table, both to take away.

import { MultiSelect, SegmentedControl } from "@mantine/core";
import { IconChartBar, IconChartLine, IconGridDots, IconTable } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { answerOf, catalog, readingOf } from "@/api/queries";
import type { ChartKind } from "@/parts/draw";
import { Empty } from "@/parts/Empty";
import { Gone, useParted } from "@/parts/Gone";
import { KpiPicker } from "@/parts/KpiPicker";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { ThereNote, useThere } from "@/parts/There";
import { useDimensions } from "@/parts/useDimensions";
import { Views } from "@/parts/Views";
import { dimensionLabel } from "@/shell/AddFilter";
import { Filters } from "@/shell/Filters";
import { useFilter } from "@/shell/filter";
import { Understood } from "@/shell/Understood";
import { spanText } from "@/words/periods";
import { parseWords, viewWords, without } from "@/words/search";
import css from "./Explore.module.css";
import { Result, ResultSkeleton } from "./Result";
import { bestChart, EXPLORE_DEFAULTS, exploreQuestion } from "./question";
import { type ExploreSearch, readExplore } from "./search";
import { Whole } from "./Whole";

const KINDS: { value: ChartKind; label: string; icon: typeof IconTable }[] = [
  { value: "line", label: "Line", icon: IconChartLine },
  { value: "bar", label: "Bars", icon: IconChartBar },
  { value: "heat", label: "Heat map", icon: IconGridDots },
  { value: "none", label: "Table only", icon: IconTable },
];

export default function ExplorePage() {
  const search = useSearch({ strict: false }) as ExploreSearch;
  const filter = useFilter(EXPLORE_DEFAULTS);
  const navigate = useNavigate();
  const { data: all } = useQuery(catalog);
  const { data: reading } = useQuery({ ...readingOf(search.sentence ?? ""), enabled: search.sentence !== undefined, placeholderData: undefined });
  const { there: kpis, gone } = useParted(search.kpis ?? []);
  const wanted = exploreQuestion({ ...search, kpis: [...kpis] });
  const there = useThere(wanted);
  const question = without({ ...wanted, on: there.on });
  const { data: answer, error, refetch, isPlaceholderData } = useQuery(answerOf(question));
  const put = (change: Partial<ExploreSearch>) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  const dimensions = useDimensions(kpis, search.by ?? []);
  const first = answer?.periods[0];
  const last = answer?.periods.at(-1);
  const kind = search.chart ?? (answer ? bestChart(answer) : "line");
  const { sentence: _typed, ...kept } = search;
  return (
    <Page
      title="Explore"
      lead={kpis.length && first && last ? spanText({ start: first.start, end: last.end }) : "Any KPIs, over any time, split by anything"}
      actions={
        <Views
          page="explore"
          words={viewWords(kept)}
          keeps="KPIs, what they are split by, chart, filters and period are kept."
          empty={kpis.length === 0}
          onShow={(words) => void navigate({ to: "/explore", search: readExplore(parseWords(words)) })}
        />
      }
    >
      <Filters value={filter} />
      <Gone names={gone} onLeave={() => put({ kpis: [...kpis] })} />
      <div className={css.builder}>
        <div className={css.kpis}>
          <KpiPicker kpis={all?.kpis ?? []} chosen={kpis} onChoose={(chosen) => put({ kpis: chosen.length ? chosen : undefined })} />
        </div>
        <MultiSelect
          className={css.by}
          aria-label="Split by"
          placeholder={search.by?.length ? "" : "Split by …"}
          data={dimensions.map((name) => ({ value: name, label: dimensionLabel(name) }))}
          value={search.by ?? []}
          onChange={(by) => put({ by: by.length ? by : undefined })}
          maxValues={2}
          searchable
          clearable={false}
          size="sm"
        />
        <SegmentedControl
          aria-label="Chart"
          value={kind}
          onChange={(chart) => put({ chart: chart as ChartKind })}
          data={KINDS.map(({ value, label, icon: Icon }) => ({
            value,
            label: (
              <span className={css.kind} title={label}>
                <Icon size={16} aria-hidden />
                <span className="unseen">{label}</span>
              </span>
            ),
          }))}
        />
      </div>
      {reading && (
        <div className={css.reading}>
          <span className="quiet">“{search.sentence}” was read as</span> <Understood reading={reading} />
        </div>
      )}
      {kpis.length === 0 ? (
        <Empty title="Choose a KPI to begin">
          Type its name above, or press <kbd>/</kbd> and ask in a sentence: “win rate by tier last 4 quarters”.
        </Empty>
      ) : error ? (
        <ProblemView error={error} retry={() => void refetch()} there={there.ask} />
      ) : answer && answer.kpis.length === kpis.length && all ? (
        <div className={css.result} data-fading={isPlaceholderData || undefined}>
          <ThereNote there={there} waits={isPlaceholderData} />
          {!question.by?.length && answer.periods.length > 1 && <Whole asked={kpis} kpis={all.kpis} compare={filter.compare} question={question} />}
          <Result answer={answer} asked={kpis} kind={kind} kpis={all.kpis} compare={filter.compare} question={question} />
        </div>
      ) : (
        <>
          <ThereNote there={there} waits />
          <ResultSkeleton />
        </>
      )}
    </Page>
  );
}
