// Each source: when it was read, whether it could be, how far its rows go; and the last refreshes.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { balance, type Fresh, type Source, type Sources as Told, sources } from "@/api/data";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted, show, showCount, UNKNOWN } from "@/words/format";
import { agoText, dateText, momentText } from "@/words/periods";
import css from "./Data.module.css";
import { rowsFrom, tableWords } from "./telling";

type Run = Told["runs"][number];

export function Sources() {
  const { data, error, refetch } = useQuery(sources);
  const { data: rows } = useQuery(balance);
  if (error)
    return (
      <Panel title="Sources">
        <ProblemView error={error} retry={() => void refetch()} />
      </Panel>
    );
  if (!data) return <Skeleton height={640} radius="lg" />;
  const now = new Date();
  const of: Column<Source>[] = [
    { key: "source", title: "Source", width: 120, cell: (one) => one.source },
    { key: "type", title: "Kind", width: 90, cell: (one) => one.type || UNKNOWN },
    { key: "state", title: "State", width: 150, cell: (one) => <Standing source={one} /> },
    { key: "read", title: "Read", width: 120, cell: (one) => (one.fetched_at ? <span title={momentText(one.fetched_at)}>{agoText(one.fetched_at, now)}</span> : "never") },
    { key: "newest", title: "Newest row", width: 120, cell: (one) => (one.newest ? <span title={momentText(one.newest)}>{dateText(one.newest)}</span> : UNKNOWN) },
    { key: "rows", title: "Rows", number: true, width: 90, about: "– where several sources give rows to the same table", cell: (one) => showCount(rows ? rowsFrom(one, data.sources, rows.tables) : null) },
    { key: "gives", title: "Gives", width: 160, cell: (one) => <span title={one.entities.map(tableWords).join(", ")}>{one.entities.length ? counted(one.entities.length, "table") : "nothing yet"}</span> },
  ];
  return (
    <>
      <Panel title="Sources" note={`All figures stand as of ${momentText(data.as_of)}.`}>
        {data.sources.length === 0 && <p className="quiet">No source is named. Add one to accountlens.yaml under ‘sources’, or run ‘accountlens init’.</p>}
        {data.sources.length > 0 && <DataTable label="Sources" columns={of} count={data.sources.length} row={(index) => data.sources[index]} rowKey={(one) => one.source} />}
        {data.sources.filter((one) => one.error).map((one) => (
          <p key={one.source} className={css.mend}>
            <b>{one.source}</b> could not be read {counted(one.failures, "time")} in a row: {one.error} Its rows are those of before.
          </p>
        ))}
      </Panel>
      <div className={css.beside}>
        <Panel title="How far the rows go" note="Late: the last row is much older than the end of the other data, and than is usual for the table.">
          {data.freshness.length ? <DataTable label="How far the rows go" columns={FAR} count={data.freshness.length} row={(index) => byLate(data.freshness)[index]} rowKey={(one) => one.entity} /> : <p className="quiet">None of these tables has a time in every row, as activities and tickets have.</p>}
        </Panel>
        <Panel title="Last refreshes" note="The newest first.">
          {data.runs.length ? <DataTable label="Last refreshes" columns={RUNS} count={data.runs.length} row={(index) => data.runs[index]} rowKey={(one) => one.id} /> : <p className="quiet">None yet: run ‘accountlens refresh’.</p>}
        </Panel>
      </div>
    </>
  );
}

function Standing({ source }: { source: Source }) {
  if (source.failures > 0) return <b className={css.lost}>failed {counted(source.failures, "time")}</b>;
  return source.fetched_at ? <>could be read</> : <span className="quiet">not read yet</span>;
}

const byLate = (fresh: readonly Fresh[]): Fresh[] => [...fresh].sort((one, other) => Number(other.late) - Number(one.late) || one.entity.localeCompare(other.entity));

const days = (value: number | null): string => show(value, { unit: "days" });

const FAR: Column<Fresh>[] = [
  { key: "entity", title: "Table", width: 150, cell: (one) => tableWords(one.entity) },
  { key: "latest", title: "Last row", width: 110, cell: (one) => <span title={`${one.column}: ${momentText(one.latest)}`}>{dateText(one.latest)}</span> },
  { key: "behind", title: "Behind the rest", number: true, width: 110, cell: (one) => days(one.behind_days) },
  { key: "usual", title: "Usual gap", number: true, width: 90, about: "Between days with rows; 95% are no longer. – where too few are known", cell: (one) => days(one.usual_days) },
  { key: "late", title: "State", width: 70, cell: (one) => (one.late ? <b className={css.warned}>late</b> : "in time") },
];

const took = (run: Run): string => (run.ended_at ? show((new Date(run.ended_at).getTime() - new Date(run.started_at).getTime()) / 60_000, { unit: "minutes" }) : UNKNOWN);

const RUNS: Column<Run>[] = [
  { key: "started", title: "Begun", width: 150, cell: (run) => momentText(run.started_at) },
  { key: "took", title: "Took", number: true, width: 80, cell: took },
  { key: "status", title: "Ended", width: 90, cell: (run) => (run.status === "done" ? "done" : <b className={css.lost}>{run.status}</b>) },
  { key: "message", title: "Message", width: 160, cell: (run) => (run.message ? <span title={run.message}>{run.message}</span> : UNKNOWN) },
];
