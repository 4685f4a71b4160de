// Cohorts: of the accounts that entered a stage in a period, how many reached each later one in so many days.

import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import { type Cohort, cohortsOf, type Cohorts, type Onward, type Stage } from "@/api/journeys";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { useShown } from "@/parts/useShown";
import { dimensionLabel } from "@/shell/AddFilter";
import { counted, showCount } from "@/words/format";
import { NOWHERE, stageWords } from "@/words/groups";
import { csvOf } from "@/words/listing";
import { byGroup, byPeriod, cohortName, CSV_HEADER, csvRows, groupWords, shareText, shareWords } from "./cohorts";
import css from "./Funnel.module.css";
import { type FunnelSearch, USUAL_DAYS } from "./search";
import { shownStage } from "./stages";

const DAYS = [30, 60, 90, 180, 365];
const DIMENSIONS = ["tier", "segment", "industry", "region", "country", "owner_id"];
const GRAINS = ["week", "month", "quarter", "year"] as const;

interface Props {
  stages: readonly Stage[];
  search: FunnelSearch;
  period: string;
  onPut: (change: FunnelSearch) => void;
}

export function CohortsPanel({ stages, search, period, onPut }: Props) {
  const stage = shownStage(stages, search.stage);
  const days = search.within ?? USUAL_DAYS;
  const part = useShown(search.stage ?? "");
  const grain = GRAINS.find((one) => one === search.grain) ?? "month";
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...cohortsOf({ stage: stage ?? "", period, grain, by: search.by, within_days: days }), enabled: stage !== undefined });
  if (stage === undefined) return null;
  const known = new Set(stages.map((one) => one.name));
  const onward = stages.filter((one) => one.name !== NOWHERE && !one.last);
  return (
    <div ref={part}>
      <Panel
        title="Cohorts"
        note={`Accounts by when they rose into ${stageWords(stage)}: the share that reached each later stage, or one beyond it, within ${counted(days, "day")}. Where some have days left, the share lies between the two.`}
        actions={data && <TakeCsv name={`cohorts-${stage}`} label="Cohorts" csv={() => csvOf(CSV_HEADER, csvRows(data))} />}
      >
        <div className={css.tools}>
          <Select aria-label="Stage that was entered" w={150} data={onward.map((one) => ({ value: one.name, label: stageWords(one.name) }))} value={stage} onChange={(value) => onPut({ stage: value ?? undefined })} />
          <Select aria-label="Days that count" w={150} data={[...new Set([...DAYS, days])].sort((a, b) => a - b).map((one) => ({ value: String(one), label: `within ${counted(one, "day")}` }))} value={String(days)} onChange={(value) => onPut({ within: value ? Number(value) : undefined })} />
          <Select aria-label="Split by" w={150} data={[{ value: "", label: "Not split" }, ...[...new Set([...DIMENSIONS, ...(search.by ? [search.by] : [])])].map((name) => ({ value: name, label: `By ${dimensionLabel(name).toLowerCase()}` }))]} value={search.by ?? ""} onChange={(value) => onPut({ by: value || undefined })} />
        </div>
        {error ? <ProblemView error={error} retry={() => void refetch()} /> : !data ? <Skeleton height={510} /> : <Told told={{ ...data, cohorts: data.cohorts.map((one) => ({ ...one, onward: one.onward.filter((later) => known.has(later.stage)) })) }} days={days} fading={isPlaceholderData} />}
      </Panel>
    </div>
  );
}

function Told({ told, days, fading }: { told: Cohorts; days: number; fading: boolean }) {
  const periods = byPeriod(told);
  if (!periods.some((cohort) => cohort.entered > 0)) return <Empty small title="Nobody entered this stage">No account rose into {stageWords(told.stage)} in this period. Choose a longer one, or an earlier stage.</Empty>;
  const all = periods.at(-1);
  const last = (cohort: Cohort) => cohort.group === null && cohort.period === null;
  const names = { title: "Entered in", of: (cohort: Cohort) => cohortName(cohort.period) };
  const groups = { title: told.by ? dimensionLabel(told.by) : "", of: (cohort: Cohort) => groupWords(told, cohort.group) };
  const tables = told.by ? [{ lines: byGroup(told), ...groups }, { lines: periods, ...names }] : [{ lines: periods, ...names }];
  return (
    <div className={css.fades} data-fading={fading || undefined}>
      {tables.map(({ lines, title, of }) => (
        <DataTable key={title} label={`Cohorts: ${title.toLowerCase()}`} columns={columnsOf(title, of, all?.onward ?? [], days)} count={lines.length} row={(index) => lines[index]} rowKey={(one) => `${one.group} ${one.period}`} isTotal={last} />
      ))}
    </div>
  );
}

function columnsOf(title: string, of: (cohort: Cohort) => string, onward: readonly Onward[], days: number): Column<Cohort>[] {
  return [
    { key: "name", title, width: 130, cell: of },
    { key: "entered", title: "Accounts", number: true, width: 90, cell: (cohort) => showCount(cohort.entered) },
    ...onward.map(
      (later, place): Column<Cohort> => ({
        key: later.stage,
        title: stageWords(later.stage),
        number: true,
        width: 150,
        cell: (cohort) => <Share onward={cohort.onward[place] as Onward} days={days} />,
      }),
    ),
  ];
}

function Share({ onward, days }: { onward: Onward; days: number }) {
  if (onward.entered === 0) return <span className="quiet">{shareText(onward)}</span>;
  const width = (share: number | null) => ({ "--to": `${(share ?? 0) * 100}%` }) as CSSProperties;
  const words = shareWords(onward, days);
  return (
    <span className={css.share} title={words}>
      <span>
        {shareText(onward)}
        <span className="unseen">: {words}</span>
      </span>
      <span className={css.track} aria-hidden>
        <i style={width(onward.at_most)} />
        <b style={width(onward.at_least)} />
      </span>
    </span>
  );
}
