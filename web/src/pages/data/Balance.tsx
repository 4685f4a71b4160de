// What became of every row: taken in = accepted + duplicates + quarantined, table by table.

import { Skeleton } from "@mantine/core";
import { IconCircleCheck, IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Balanced, balance } from "@/api/data";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { counted, showCount, UNKNOWN } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Data.module.css";
import type { DataSearch } from "./search";
import { balanceOf, byConcern, missingOf, tableWords } from "./telling";

const FATES = ["accepted", "duplicates", "quarantined"] as const;
const HEADER = ["table", "taken_in", ...FATES, "of_no_account"];

export function Balance() {
  const { data, error, refetch } = useQuery(balance);
  const tables = data ? byConcern(data.tables) : [];
  const csv = () => csvOf(HEADER, tables.map((one) => [one.table, one.taken_in, one.accepted, one.duplicates, one.quarantined, one.unmatched]));
  return (
    <Panel
      title="Row balance"
      note="Every row that was read is accepted, a duplicate of another, or in quarantine with its reason."
      actions={
        tables.length > 0 && (
          <TakeCsv label="Row balance" name="row-balance" csv={csv} />
        )
      }
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={640} />}
      {data && tables.length === 0 && (
        <Empty small title="No table yet">
          Put files into the folder of the source, or name a source in accountlens.yaml, then run ‘accountlens refresh’.
        </Empty>
      )}
      {tables.length > 0 && (
        <>
          <Equation tables={tables} />
          <DataTable label="Row balance by table" columns={COLUMNS} count={tables.length} row={(index) => tables[index]} rowKey={(one) => one.table} />
          {data && data.warnings.length > 0 && (
            <details className={css.more}>
              <summary>{counted(data.warnings.length, "remark")} of the refresh</summary>
              <ul>
                {data.warnings.map((warning) => (
                  <li key={warning}>{warning}</li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </Panel>
  );
}

function Equation({ tables }: { tables: readonly Balanced[] }) {
  const sums = balanceOf(tables);
  const lost = sums.takenIn - sums.accepted - sums.duplicates - sums.quarantined;
  const Mark = sums.whole ? IconCircleCheck : IconAlertTriangle;
  return (
    <div className={css.equation}>
      <dl>
        <div>
          <dt>Taken in</dt>
          <dd>{showCount(sums.takenIn)}</dd>
        </div>
        {FATES.map((fate, index) => (
          <div key={fate} data-fate={fate}>
            <dt>
              <i aria-hidden />
              {fate}
            </dt>
            <dd>
              <span aria-hidden>{index === 0 ? "=" : "+"}</span> {showCount(sums[fate])}
            </dd>
          </div>
        ))}
      </dl>
      <p data-whole={sums.whole}>
        <Mark size={17} aria-hidden /> {sums.whole ? "Nothing is lost: every table adds up." : `It does not add up: ${counted(Math.abs(lost), "row")} cannot be told of. Refresh anew; if it stays so, report it.`}
      </p>
    </div>
  );
}

function Fates({ table }: { table: Balanced }) {
  const missing = missingOf(table);
  const words = FATES.map((fate) => `${showCount(table[fate])} ${fate}`).join(", ");
  return (
    <span className={css.bar} role="img" aria-label={`Of ${showCount(table.taken_in)}: ${words}${missing ? `, ${showCount(missing)} lost` : ""}`}>
      {FATES.filter((fate) => table[fate] > 0).map((fate) => (
        <i key={fate} data-fate={fate} style={{ flexGrow: table[fate] }} />
      ))}
      {missing > 0 && <i data-fate="lost" style={{ flexGrow: missing }} />}
    </span>
  );
}

function To({ part, table, count, what }: { part: "quarantine" | "matches"; table?: string; count: number | null; what: string }) {
  if (!count) return <span className="quiet">{showCount(count)}</span>;
  return (
    <Link to="/data" search={(now): DataSearch => ({ ...now, part, table, reason: undefined })} className={css.to} aria-label={`${showCount(count)} ${what}: show`} preload={false}>
      {showCount(count)}
    </Link>
  );
}

const COLUMNS: Column<Balanced>[] = [
  { key: "table", title: "Table", width: 170, cell: (one) => tableWords(one.table) },
  { key: "taken_in", title: "Taken in", number: true, width: 90, cell: (one) => showCount(one.taken_in) },
  { key: "fates", title: "Became", width: 180, about: "Each bar is all rows of its table; parts too small to be seen are drawn a little wider.", cell: (one) => <Fates table={one} /> },
  { key: "accepted", title: "Accepted", number: true, width: 90, cell: (one) => showCount(one.accepted) },
  { key: "duplicates", title: "Duplicates", number: true, width: 90, cell: (one) => <span className={one.duplicates ? undefined : "quiet"}>{showCount(one.duplicates)}</span> },
  { key: "quarantined", title: "Quarantined", number: true, width: 100, cell: (one) => <To part="quarantine" table={one.table} count={one.quarantined} what={`rows of ${tableWords(one.table)} in quarantine`} /> },
  { key: "whole", title: "Adds up", width: 80, cell: (one) => (one.whole ? "yes" : <b className={css.lost}>{showCount(missingOf(one))} lost</b>) },
  {
    key: "unmatched",
    title: "Of no account",
    number: true,
    width: 110,
    about: "Accepted rows that no account could be found for. – where rows of that table have none.",
    cell: (one) => (one.unmatched === null ? UNKNOWN : <To part="matches" count={one.unmatched} what={`rows of ${tableWords(one.table)} that belong to no account`} />),
  },
];
