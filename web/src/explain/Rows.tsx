// The rows behind a number, page after page as one scrolls; as CSV whole.

import { Button, Skeleton } from "@mantine/core";
import { IconArrowLeft, IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Explanation, fileOf, rowsOf, type Single } from "@/api/queries";
import { AccountLink } from "@/parts/AccountLink";
import { type Column, DataTable } from "@/parts/DataTable";
import { ProblemView } from "@/parts/ProblemView";
import { counted, numberText, UNKNOWN } from "@/words/format";
import { download } from "@/words/listing";
import { momentText } from "@/words/periods";
import { type ExplainedRows, plainKpi } from "@/words/search";
import css from "./Explain.module.css";

interface Props {
  label: string;
  measure?: Explanation["measures"][number];
  single: Single;
  rows: ExplainedRows;
  onBack: () => void;
}

type Row = unknown[];

const ACCOUNT = "account_id";

export function Rows({ label, measure, single, rows, onBack }: Props) {
  const words = { ...single, ...rows };
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(rowsOf(words));
  const [failed, setFailed] = useState<unknown>();
  const loaded = data?.pages.flatMap((page) => page.rows) ?? [];
  const names = data?.pages[0]?.columns ?? [];
  const sets = measure ? [measure.counted, ...measure.keys, ...measure.left_out] : [];
  const known = sets.find((set) => set.rows.which === rows.which && (set.rows.reason ?? undefined) === rows.reason);
  const columns = names.map(
    (name, index): Column<Row> => ({ key: name, title: name.replaceAll("_", " "), number: loaded.some((row) => typeof row[index] === "number"), cell: (row) => (name === ACCOUNT && row[index] ? <AccountLink id={String(row[index])} name={null} /> : written(row[index])) }),
  );
  const csv = () =>
    fileOf("/rows", words)
      .then((file) => download(`${plainKpi(single.kpi)}-${rows.measure}-${rows.which}.csv`, file))
      .catch(setFailed);
  const more = (_first: number, last: number) => {
    if (hasNextPage && !isFetchingNextPage && last >= loaded.length - 30) void fetchNextPage();
  };
  return (
    <div className={css.stack}>
      <div className={css.rowsHead}>
        <Button size="xs" variant="subtle" leftSection={<IconArrowLeft size={14} aria-hidden />} onClick={onBack}>
          {label}
        </Button>
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => void csv()}>
          All as CSV
        </Button>
      </div>
      <div>
        <h2 className={css.rowsTitle}>
          {measure?.name ?? rows.measure}: {known ? counted(known.count, "row") : "rows"} {rows.reason ? "left out" : rows.which.replace("_", " ")}
        </h2>
        {rows.reason && <p className={css.sentence}>{rows.reason}</p>}
      </div>
      {(error ?? failed) ? <ProblemView error={error ?? failed} retry={() => void refetch()} /> : null}
      {!data && !error && <Skeleton height={480} />}
      {data && <DataTable label="Rows" columns={columns} count={loaded.length} row={(index) => loaded[index]} onVisible={more} height="calc(100dvh - 250px)" />}
    </div>
  );
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T/;

function written(value: unknown): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (typeof value === "number") return numberText(value, { maximumFractionDigits: 4 });
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return MOMENT.test(text) ? momentText(text) : text;
}
