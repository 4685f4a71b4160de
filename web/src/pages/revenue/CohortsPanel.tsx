// Customers by when they first paid: how much of their revenue, or how many of them, are there later.

import { SegmentedControl, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Retention, type RetentionCohort, retentionOf } from "@/api/journeys";
import { Chart, type Drawing, type Paint } from "@/parts/Chart";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv, TakePng } from "@/parts/Take";
import { counted, show, showCount, UNKNOWN } from "@/words/format";
import { csvOf } from "@/words/listing";
import { agesOf, begun, cellsOf, cellWords, cohortName, CSV_HEADER, csvRows, type Kept, shareAt, togetherAt } from "./cohorts";
import { drawCohorts } from "./draw";
import css from "./Revenue.module.css";
import { type CohortGrain, COHORT_GRAINS, type RevenueSearch } from "./search";

const SPANS: Record<CohortGrain, string> = { month: "last-12-months", quarter: "last-24-months", year: "last-60-months" };
const ROW_PX = 30;
const AXIS_PX = 64;
const [MOST_WRITTEN, MOST_NARROW] = [24, 8]; // ages whose shares are written in their cells, on a wide screen and a phone
const EXPECTED_PX = 686; // while it loads

const NOT_NARROWED = { words: [] }; // nor of the period above

interface Props {
  search: RevenueSearch;
  filtered: boolean;
  onPut: (change: RevenueSearch) => void;
}

export function CohortsPanel({ search, filtered, onPut }: Props) {
  const grain = search.cohorts ?? "quarter";
  const kept: Kept = search.kept ?? "revenue";
  const { data, error, refetch, isPlaceholderData } = useQuery(retentionOf({ period: SPANS[grain], grain }));
  const what = kept === "revenue" ? "revenue" : "customers";
  const heat = useHeat(data, kept);
  return (
    <Panel
      title="Retention by cohort"
      note={`Customers by when they first paid${data?.basis === "orders" ? " (by their orders)" : ""}: the share of their ${what} that is there later.${filtered ? " Of all accounts you may see: the filter is not applied here." : ""}`}
      actions={
        data && heat && (
          <div className={frame.takes}>
            <TakePng name="retention-cohorts" label="Retention by cohort" stands={NOT_NARROWED} drawings={[heat]} />
            <TakeCsv name="retention-cohorts" label="Retention by cohort" csv={() => csvOf(CSV_HEADER, csvRows(data))} />
          </div>
        )
      }
    >
      <div className={css.tools}>
        <SegmentedControl size="xs" aria-label="What is kept" data={[{ value: "revenue", label: "Revenue" }, { value: "customers", label: "Customers" }]} value={kept} onChange={(value) => onPut({ kept: value === "customers" ? "customers" : undefined })} />
        <SegmentedControl size="xs" aria-label="Cohorts by" data={COHORT_GRAINS.map((one) => ({ value: one, label: `By ${one}` }))} value={grain} onChange={(value) => onPut({ cohorts: value === "quarter" ? undefined : (value as CohortGrain) })} />
      </div>
      {error ? <ProblemView error={error} retry={() => void refetch()} /> : !data ? <Skeleton height={EXPECTED_PX} /> : <Told told={data} kept={kept} grain={grain} fading={isPlaceholderData} heat={heat} />}
    </Panel>
  );
}

/** The heat map; none where no cohort began. */
function useHeat(told: Retention | undefined, kept: Kept): Drawing | undefined {
  const narrow = useMediaQuery("(max-width: 760px)");
  return useMemo(() => {
    const cohorts = told ? begun(told) : [];
    if (!told || cohorts.length === 0) return undefined;
    const ages = agesOf(told);
    const names = cohorts.map((cohort) => cohortName(cohort.label));
    const written = ages <= (narrow ? MOST_NARROW : MOST_WRITTEN);
    return { draw: (paint: Paint) => drawCohorts(cellsOf(told, kept), names, ages, `${told.grain}s later`, written, paint), height: cohorts.length * ROW_PX + AXIS_PX };
  }, [told, kept, narrow]);
}

interface ToldProps {
  told: Retention;
  kept: Kept;
  grain: CohortGrain;
  fading: boolean;
  heat: Drawing | undefined;
}

function Told({ told, kept, grain, fading, heat }: ToldProps) {
  const cohorts = begun(told);
  const ages = agesOf(told);
  if (told.needs.length)
    return (
      <Empty small title="Nothing is known of who pays">
        {told.needs.map((need) => need.mend).join(" ")}
      </Empty>
    );
  if (!heat) return <Empty small title="No cohort yet">No customer began in a {grain} that is over. Choose shorter cohorts.</Empty>;
  const lines: (RetentionCohort | null)[] = [...cohorts, null];
  return (
    <div className={css.fades} data-fading={fading || undefined}>
      <Chart {...heat} label={`Heat map of ${kept} kept by ${counted(cohorts.length, "cohort")}; the table beneath has its numbers`} />
      <DataTable label="Retention by cohort" columns={columnsOf(told, kept, grain, ages)} count={lines.length} row={(index) => lines[index] ?? TOGETHER} rowKey={(one) => one.label} isTotal={(one) => one === TOGETHER} />
    </div>
  );
}

const TOGETHER: RetentionCohort = { label: "", began: 0, began_revenue: 0, customers: [], revenue: [], customer_share: [], revenue_share: [] };

function columnsOf(told: Retention, kept: Kept, grain: CohortGrain, ages: number): Column<RetentionCohort>[] {
  const all = begun(told);
  const money = { unit: "money", currency: told.currency };
  const share = (value: number | null | undefined) => (value === undefined ? "" : value === null ? UNKNOWN : show(value, { unit: "fraction" }));
  return [
    { key: "cohort", title: "Began in", width: 110, cell: (one) => (one === TOGETHER ? "All together" : cohortName(one.label)) },
    { key: "began", title: "Customers", number: true, width: 90, cell: (one) => showCount(one === TOGETHER ? all.reduce((sum, cohort) => sum + cohort.began, 0) : one.began) },
    { key: "revenue", title: told.basis === "orders" ? "First revenue" : "Began with", about: told.basis === "orders" ? "What they ordered for in the first period" : "What they paid a month when they began", number: true, width: 100, cell: (one) => show(one === TOGETHER ? all.reduce((sum, cohort) => sum + cohort.began_revenue, 0) : one.began_revenue, money, true) },
    ...Array.from(
      { length: ages },
      (_, age): Column<RetentionCohort> => ({
        key: `${age}`,
        title: age === 0 ? `First ${grain}` : `+${age}`,
        about: age === 0 ? undefined : `${counted(age, grain)} later`,
        number: true,
        width: age === 0 ? 100 : 72,
        cell: (one) => (one === TOGETHER ? share(togetherAt(told, kept, age)) : <span title={shareAt(one, kept, age) === undefined ? undefined : cellWords(one, kept, age, grain, told.currency)}>{share(shareAt(one, kept, age))}</span>),
      }),
    ),
  ];
}
