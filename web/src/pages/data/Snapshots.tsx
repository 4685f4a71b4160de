// The published states of the data, which of them is shown, and what differs between two.

import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Difference, differenceOf, type Snapshot, snapshots } from "@/api/data";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { counted, showCount, signed } from "@/words/format";
import { csvOf } from "@/words/listing";
import { momentText } from "@/words/periods";
import css from "./Data.module.css";
import type { Put } from "./DataPage";
import type { DataSearch } from "./search";
import { tableWords } from "./telling";

export function Snapshots({ search, put }: { search: DataSearch; put: Put }) {
  const { data, error, refetch } = useQuery(snapshots);
  if (error)
    return (
      <Panel title="Snapshots">
        <ProblemView error={error} retry={() => void refetch()} />
      </Panel>
    );
  if (!data) return <Skeleton height={420} radius="lg" />;
  return (
    <div className={css.stack}>
      <Panel title="Snapshots" note="Each refresh that brings anything new publishes one; the newest first.">
        {data.length ? <DataTable label="Snapshots" columns={COLUMNS} count={data.length} row={(index) => data[index]} rowKey={(one) => one.id} /> : <p className="quiet">None yet: run ‘accountlens refresh’.</p>}
      </Panel>
      <Panel title="What differs between two">
        {data.length < 2 ? (
          <Empty small title="There is one snapshot only">
            The next ‘accountlens refresh’ that finds anything new makes another; then its rows are compared with these.
          </Empty>
        ) : (
          <Between all={data} search={search} put={put} />
        )}
      </Panel>
    </div>
  );
}

const COLUMNS: Column<Snapshot>[] = [
  { key: "created", title: "Made", width: 170, cell: (one) => momentText(one.created_at) },
  { key: "shown", title: "Shown", width: 80, cell: (one) => (one.current ? <b>shown</b> : <span className="quiet">kept</span>) },
  { key: "as_of", title: "Figures as of", width: 170, cell: (one) => momentText(one.as_of) },
  { key: "rows", title: "Rows", number: true, width: 100, cell: (one) => showCount(one.rows) },
  { key: "quarantined", title: "Quarantined", number: true, width: 100, cell: (one) => showCount(one.quarantined) },
  { key: "tables", title: "Tables", number: true, width: 80, cell: (one) => showCount(one.tables) },
  { key: "id", title: "Name", width: 220, about: "As ‘--snapshot’ takes it", cell: (one) => <code>{one.id}</code> },
];

function Between({ all, search, put }: { all: readonly Snapshot[]; search: DataSearch; put: Put }) {
  const shown = Math.max(0, all.findIndex((one) => one.current));
  const second = all.find((one) => one.id === search.second) ?? all[shown];
  const first = all.find((one) => one.id === search.first) ?? all.find((one, index) => index > shown && one.id !== second?.id) ?? all.find((one) => one.id !== second?.id);
  const choices = all.map((one) => ({ value: one.id, label: `${momentText(one.created_at)}${one.current ? ", shown" : ""}` }));
  if (!first || !second) return null;
  return (
    <div className={css.stack}>
      <div className={css.decide}>
        <Select label="From" w={240} data={choices} value={first.id} onChange={(id) => put({ first: id ?? undefined })} />
        <Select label="To" w={240} data={choices} value={second.id} onChange={(id) => put({ second: id ?? undefined })} />
      </div>
      {first.id === second.id ? <p className="quiet">These are the same. Choose two.</p> : <Differences first={first.id} second={second.id} />}
    </div>
  );
}

type TableDifference = Difference["tables"][number];

const DIFFERS: Column<TableDifference>[] = [
  { key: "table", title: "Table", width: 180, cell: (one) => tableWords(one.table) },
  { key: "rows", title: "Rows then", number: true, width: 100, cell: (one) => showCount(one.rows[0]) },
  { key: "now", title: "Rows now", number: true, width: 100, cell: (one) => showCount(one.rows[1]) },
  { key: "came", title: "Came", number: true, width: 80, cell: (one) => some(one.came) },
  { key: "went", title: "Went", number: true, width: 80, cell: (one) => some(-one.went) },
  { key: "changed", title: "Changed", number: true, width: 80, cell: (one) => (one.changed ? showCount(one.changed) : NONE) },
  { key: "columns", title: "Columns", width: 200, cell: (one) => (one.only_in ? "the table stands in one of them only" : one.columns.join(", ")) },
];

const NONE = <span className="quiet">0</span>;
const some = (change: number) => (change ? signed(change, showCount(Math.abs(change))) : NONE);

function Differences({ first, second }: { first: string; second: string }) {
  const { data, error, refetch, isPlaceholderData } = useQuery(differenceOf(first, second));
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={300} />;
  const csv = () => csvOf(["table", "rows_then", "rows_now", "came", "went", "changed"], data.tables.map((one) => [one.table, one.rows[0], one.rows[1], one.came, one.went, one.changed]));
  return (
    <div className={css.stack} data-fading={isPlaceholderData || undefined}>
      {data.tables.length > 0 && <DataTable label="Tables that differ" columns={DIFFERS} count={data.tables.length} row={(index) => data.tables[index]} rowKey={(one) => one.table} />}
      <p>
        {data.tables.length ? `${counted(data.same, "table")} more without any difference.` : `No row differs in any of ${counted(data.same, "table")}.`}{" "}
        {data.definitions.length ? `Changed besides: ${data.definitions.join(", ")}.` : "No definition and no setting was changed."}
      </p>
      {data.tables.length > 0 && (
        <div>
          <TakeCsv label="Differences" name="differences" csv={csv} />
        </div>
      )}
    </div>
  );
}
