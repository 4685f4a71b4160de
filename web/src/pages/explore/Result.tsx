// The answer: a chart for each KPI, and the table beneath, whose every number is a door.

import { Skeleton } from "@mantine/core";
import { useCallback, useMemo } from "react";
import { fileOf, type KpiShort, type Question } from "@/api/queries";
import { BenchmarkWords, useBenchmarks, withBenchmarks } from "@/parts/Benchmarks";
import { Change } from "@/parts/Change";
import { Chart, type Paint } from "@/parts/Chart";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { type ChartKind, draw, MOST_BARS, MOST_LINES, rowsOf } from "@/parts/draw";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { TakeCsv, TakePng } from "@/parts/Take";
import { useFilter } from "@/shell/filter";
import { aimOf, type Answer, type Figure, type KpiSeries, TARGET, totalOf } from "@/words/answer";
import { flagWords, loudFlags } from "@/words/flags";
import { show } from "@/words/format";
import { periodAsked, periodName } from "@/words/periods";
import { plainKpi } from "@/words/search";
import { type Line, listingOf } from "@/words/table";
import css from "./Explore.module.css";

interface Props {
  answer: Answer;
  asked: readonly string[];
  kind: ChartKind;
  kpis: readonly KpiShort[];
  compare: string;
  question: Question;
}

export function Result({ answer, asked, kind, kpis, compare, question }: Props) {
  const label = (kpi: string) => kpis.find((one) => one.name === plainKpi(kpi))?.label ?? kpi;
  if (answer.groups.length === 0) return <Empty title="Nothing to show">No account fits the filter in this period.</Empty>;
  return (
    <>
      {kind !== "none" && (
        <div className={css.charts}>
          {answer.kpis.map((series, index) => (
            <ChartPanel key={asked[index]} answer={answer} series={series} kind={kind} title={label(asked[index] as string)} />
          ))}
        </div>
      )}
      {answer.notes.map((note) => (
        <p key={note} className={css.note}>
          {note}
        </p>
      ))}
      <TablePanel answer={answer} asked={asked} kpis={kpis} compare={compare} question={question} />
    </>
  );
}

function ChartPanel({ answer, series, kind, title }: { answer: Answer; series: KpiSeries; kind: ChartKind; title: string }) {
  const rows = rowsOf(answer, series);
  const split = useMemo(() => Object.keys(answer.groups.find((group) => !group.flag)?.by ?? {}), [answer]);
  const compared = useBenchmarks(series.kpi, { unit: series.unit, currency: answer.currency }, useFilter().filters, split);
  const paint = useCallback((paint: Paint) => withBenchmarks(draw(answer, series, kind, paint), compared, paint), [answer, series, kind, compared]);
  const bars = kind === "bar" && answer.periods.length === 1;
  const most = kind === "heat" ? Number.POSITIVE_INFINITY : bars ? MOST_BARS : MOST_LINES;
  const left = rows.length > most ? `The first ${most} of ${rows.length}; the table has all.` : undefined;
  const tall = bars || kind === "heat" ? Math.max(180, Math.min(rows.length, 40) * 28 + 40) : 320;
  const known = rows.some((row) => row.values.some((value) => value !== null));
  return (
    <Panel
      title={title}
      note={left}
      actions={known && <TakePng name={series.kpi} label={title} drawings={[{ draw: paint, height: tall }]} />}
    >
      {known ? (
        <Chart draw={paint} height={tall} label={`${title}: ${rows.length > 1 ? `${rows.length} groups` : "over time"}; the table beneath has its numbers`} />
      ) : (
        <Empty small title="Unknown in this period">
          There is no data it could be computed from.
        </Empty>
      )}
      {known && <BenchmarkWords all={compared} />}
    </Panel>
  );
}

function TablePanel({ answer, asked, kpis, compare, question }: Omit<Props, "kind">) {
  const kpi = (name: string) => kpis.find((one) => one.name === plainKpi(name));
  const listing = listingOf(answer, asked, (name) => kpi(name)?.label ?? name);
  const single = totalOf(answer) >= 0 && answer.groups.length === 1;
  const columns: Column<Line>[] = [
    ...(listing.split ? [{ key: "group", title: "Group", width: 160, cell: (line: Line) => line.groupText }] : []),
    ...(listing.periods || !listing.split
      ? [{ key: "period", title: "Period", width: 130, cell: (line: Line) => (line.period ? periodName(line.period) : "") }]
      : []),
    ...listing.headings.flatMap((heading, index): Column<Line>[] => {
      const aimed = listing.lines.some((line) => aimOf(line.figures[index]) !== null);
      const beside = aimed && !heading.period; // no room where periods are the columns
      const value: Column<Line> = {
        key: `${index}`,
        title: heading.title,
        number: true,
        width: aimed && !beside ? 150 : 110,
        cell: (line) => <Cell figure={line.figures[index] ?? null} line={line} kpi={heading.kpi} label={kpi(heading.kpi)?.label ?? heading.kpi} aimed={aimed && !beside} />,
      };
      const title = asked.length > 1 ? `${heading.title}, target` : "Target";
      return beside ? [value, { key: `${index} target`, title, number: true, width: 210, cell: (line) => <Aim figure={line.figures[index] ?? null} good={kpi(heading.kpi)?.good} /> }] : [value];
    }),
    ...(asked.length === 1 && !listing.headings[0]?.period && compare !== "none"
      ? [{ key: "change", title: "Change", number: true, width: 150, cell: (line: Line) => line.figures[0] && <Change figure={line.figures[0]} word={compare} good={kpi(asked[0] as string)?.good} /> }]
      : []),
  ];
  return (
    <Panel
      title={single ? "Figures" : "Table"}
      note="Each number opens its explanation."
      actions={<TakeCsv label="Figures" name={asked.map(plainKpi).join("-")} csv={() => fileOf("/query", question)} />}
    >
      <DataTable
        label="Figures"
        columns={columns}
        count={listing.lines.length}
        row={(index) => listing.lines[index]}
        rowKey={(line) => line.key}
        isTotal={(line) => line.group.flag !== undefined && listing.split}
      />
    </Panel>
  );
}

function Cell({ figure, line, kpi, label, aimed }: { figure: Figure | null; line: Line; kpi: string; label: string; aimed: boolean }) {
  if (!figure) return <span className="quiet">–</span>;
  const by = Object.fromEntries(Object.entries(line.group.by).filter((entry): entry is [string, string] => entry[1] !== null));
  const text = show(figure.value, figure, true);
  const flags = loudFlags(figure.flags).filter((flag) => flag !== "partial_period");
  return (
    <Door kpi={kpi} period={periodAsked(figure.period)} by={Object.keys(by).length ? by : undefined} label={`${label}, ${line.groupText}, ${periodName(figure.period)}: ${text}. Explain`}>
      {flags.length > 0 && (
        <span className={css.mark} title={flags.map(flagWords).join(". ")} aria-hidden>
          ◦
        </span>
      )}
      {text}
      {aimed && aimOf(figure) !== null && <span className="quiet"> of {show(aimOf(figure), figure, true)}</span>}
    </Door>
  );
}

/** The target of exactly this figure; before its period is over there is nothing to judge. */
function Aim({ figure, good }: { figure: Figure | null; good?: KpiShort["good"] }) {
  const aim = aimOf(figure);
  if (!figure || aim === null) return <span className="quiet">–</span>;
  return (
    <span className={css.aim}>
      {show(aim, figure, true)} {figure.period.partial ? <span className="quiet">not over</span> : <Change figure={figure} word={TARGET} good={good} />}
    </span>
  );
}

export function ResultSkeleton() {
  return (
    <>
      <Skeleton height={388} radius="lg" />
      <Skeleton height={280} radius="lg" />
    </>
  );
}
