// Rows that could not be taken in: by table and reason, as they came; each to be mended here, or all in a spreadsheet.

import { Button, FileButton, Skeleton } from "@mantine/core";
import { IconFileUpload, IconPencil } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Aside, type AsideWords, quarantineOf, type Reason } from "@/api/data";
import { fileOf } from "@/api/queries";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted, showCount } from "@/words/format";
import { csvOf, download, linesOf } from "@/words/listing";
import { CsvButton } from "./CsvButton";
import css from "./Data.module.css";
import type { Put } from "./DataPage";
import { MendForm } from "./MendForm";
import type { DataSearch } from "./search";
import { asideOf, byTable, cellText, columnsOf, faultyColumn, keyOf, rowsOfSheet, sheetOf, tableWords } from "./telling";
import { useMended } from "./useMended";

interface Props {
  search: DataSearch;
  put: Put;
  mayMend: boolean;
}

export function Quarantine({ search, put, mayMend }: Props) {
  const words: AsideWords = { table: search.table, reason: search.reason };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } = useInfiniteQuery(quarantineOf(words));
  const [mending, setMending] = useState<Aside>();
  const { kept, mend } = useMended();
  const first = data?.pages[0];
  if (error)
    return (
      <Panel title="Quarantine">
        <ProblemView error={error} retry={() => void refetch()} />
      </Panel>
    );
  if (!first) return <Skeleton height={620} radius="lg" />;
  if (first.reasons.length === 0)
    return (
      <div className="card">
        <Empty title="No row is in quarantine">A row that lacks its key, or has a time or a number that is none, would stand here with its reason, to be mended.</Empty>
      </div>
    );
  const loaded = data.pages.flatMap((page) => page.rows);
  const more = (_first: number, last: number) => {
    if (hasNextPage && !isFetchingNextPage && last >= loaded.length - 30) void fetchNextPage();
  };
  const columns = columnsFor(loaded, search, mayMend ? setMending : undefined, kept);
  return (
    <div className={css.aside}>
      <Reasons reasons={first.reasons} search={search} put={put} />
      <Panel
        title={search.table ? `Rows of ${tableWords(search.table)}` : "Rows of all tables"}
        note={search.reason ?? `${counted(first.total, "row")} as they came`}
        actions={<Files words={words} mayMend={mayMend} />}
      >
        <div className={css.stack} data-fading={isPlaceholderData || undefined}>
          {kept.size > 0 && (
            <p className={css.mend} role="status">
              {counted(kept.size, "row")} mended. They are taken in at the next refresh: run ‘accountlens refresh’.
            </p>
          )}
          {loaded.length ? <DataTable label="Quarantined rows" columns={columns} count={first.total} row={(index) => loaded[index]} rowKey={keyOf} onVisible={more} /> : <p className="quiet">No row has this reason any more.</p>}
        </div>
      </Panel>
      {mending && <MendForm key={keyOf(mending)} row={mending} columns={columnsOf(loaded.filter((row) => row.table === mending.table))} mend={mend} onClose={() => setMending(undefined)} />}
    </div>
  );
}

function columnsFor(loaded: readonly Aside[], search: DataSearch, onMend: ((row: Aside) => void) | undefined, kept: ReadonlySet<string>): Column<Aside>[] {
  const names = search.table ? columnsOf(loaded) : [];
  const faulty = new Set(loaded.map((row) => faultyColumn(row.reason, names)).filter((name) => name !== undefined));
  const ordered = [...names.filter((name) => faulty.has(name)), ...names.filter((name) => !faulty.has(name))];
  const content = ordered.map(
    (name): Column<Aside> => ({
      key: `of ${name}`,
      title: name.replaceAll("_", " "),
      width: 110,
      cell: (row) => <Cell row={row} name={name} />,
      tint: (row) => (faultyColumn(row.reason, [name]) ? "var(--warn-soft)" : undefined),
    }),
  );
  const whole: Column<Aside> = { key: "content", title: "As it came", width: 260, cell: (row) => <span title={rowText(row)}>{rowText(row)}</span> };
  return [
    { key: "mend", title: onMend ? "Mend" : "State", width: 92, cell: (row) => <Mending row={row} onMend={onMend} kept={kept.has(keyOf(row))} /> },
    ...(search.table ? [] : [{ key: "table", title: "Table", width: 120, cell: (row: Aside) => tableWords(row.table) }]),
    ...(search.reason ? [] : [{ key: "reason", title: "Reason", width: 240, cell: (row: Aside) => <span title={row.reason}>{row.reason}</span> }]),
    ...content,
    ...(search.table && loaded.every((row) => typeof row.content !== "string") ? [] : [whole]),
    { key: "source", title: "Source", width: 160, cell: (row) => row.source },
    { key: "row", title: "Row", number: true, width: 70, cell: (row) => showCount(row.row_number) },
  ];
}

const rowText = (row: Aside): string =>
  typeof row.content === "string"
    ? row.content
    : Object.entries(row.content)
        .filter(([, value]) => cellText(value))
        .map(([name, value]) => `${name} ${cellText(value)}`)
        .join(" · ");

function Cell({ row, name }: { row: Aside; name: string }) {
  const text = typeof row.content === "string" ? "" : cellText(row.content[name]);
  return text ? <span title={text}>{text}</span> : <span className="quiet">empty</span>;
}

function Mending({ row, onMend, kept }: { row: Aside; onMend?: (row: Aside) => void; kept: boolean }) {
  if (!onMend) return <>{kept ? "mended" : "as it came"}</>;
  return (
    <Button size="compact-xs" variant={kept ? "light" : "default"} leftSection={<IconPencil size={13} aria-hidden />} aria-label={`${kept ? "Mended, mend again" : "Mend"}: ${tableWords(row.table)}, row ${row.row_number}`} onClick={() => onMend(row)}>
      {kept ? "Mended" : "Mend"}
    </Button>
  );
}

function Reasons({ reasons, search, put }: { reasons: readonly Reason[]; search: DataSearch; put: Put }) {
  const tables = byTable(reasons);
  const all = tables.reduce((sum, one) => sum + one.count, 0);
  return (
    <Panel title="Why" note="By table; a click shows its rows.">
      <ul className={css.reasons}>
        <li>
          <button type="button" aria-pressed={!search.table} onClick={() => put({ table: undefined, reason: undefined })}>
            <b>All tables</b> <span>{showCount(all)}</span>
          </button>
        </li>
        {tables.map((one) => (
          <li key={one.table}>
            <button type="button" aria-pressed={search.table === one.table && !search.reason} onClick={() => put({ table: one.table, reason: undefined })}>
              <b>{tableWords(one.table)}</b> <span>{showCount(one.count)}</span>
            </button>
            <ul>
              {one.reasons.map((reason) => (
                <li key={reason.reason}>
                  <button type="button" aria-pressed={search.table === one.table && search.reason === reason.reason} onClick={() => put({ table: one.table, reason: reason.reason })}>
                    {reason.reason} <span>{showCount(reason.count)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Rows taken along as a file, and mended ones read back. */
function Files({ words, mayMend }: { words: AsideWords; mayMend: boolean }) {
  const { mend } = useMended();
  const [failed, setFailed] = useState<unknown>();
  const write = async () => {
    setFailed(undefined);
    try {
      const file = await fileOf("/data/quarantine", words);
      if (!words.table) return download("quarantine.csv", file);
      const { header, lines } = sheetOf(asideOf(linesOf(await file.text())));
      download(`quarantine-${words.table}.csv`, csvOf(header, lines));
    } catch (error) {
      setFailed(error);
    }
  };
  const read = async (file: File | null) => {
    setFailed(undefined);
    if (!file) return;
    try {
      const rows = rowsOfSheet(linesOf(await file.text()));
      if (!rows?.length) throw new Error("The file has no rows, or lacks the columns table, source and row_number. Mend a file that ‘CSV’ gave here.");
      mend.mutate(rows);
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <div className={css.files}>
      <span className={css.actions}>
        <CsvButton title={words.table ? "Each column in a column, to be mended in a spreadsheet" : "Choose a table to get its columns side by side"} onClick={() => void write()} />
        {mayMend && (
          <FileButton accept=".csv,text/csv" onChange={(file) => void read(file)} inputProps={{ "aria-label": "A file of mended rows" }}>
            {(props) => (
              <Button {...props} size="xs" variant="default" loading={mend.isPending} leftSection={<IconFileUpload size={14} aria-hidden />}>
                Mended rows back
              </Button>
            )}
          </FileButton>
        )}
      </span>
      {mend.isSuccess && <small role="status">{mend.data ? `${counted(mend.data, "mended row")} kept` : "No row was changed"}</small>}
      {(failed ?? mend.error) ? <ProblemView error={failed ?? mend.error} /> : null}
    </div>
  );
}
