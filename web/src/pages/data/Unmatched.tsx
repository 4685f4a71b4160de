// Rows of no account, by table: why that is, and what brings their number down.

import { useQuery } from "@tanstack/react-query";
import { type Balanced, balance } from "@/api/data";
import { ButtonLink } from "@/parts/ButtonLink";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { counted, show, showCount } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Data.module.css";
import { tableWords } from "./telling";

const OF_NONE = "account_id = '(unmatched)'";

const COLUMNS: Column<Balanced>[] = [
  { key: "table", title: "Table", width: 140, cell: (one) => tableWords(one.table) },
  { key: "unmatched", title: "Of no account", number: true, width: 100, cell: (one) => showCount(one.unmatched) },
  { key: "share", title: "Of accepted", number: true, width: 90, cell: (one) => show(one.accepted ? (one.unmatched ?? 0) / one.accepted : null, { unit: "fraction" }) },
];

export function Unmatched() {
  const { data } = useQuery(balance);
  const tables = (data?.tables ?? []).filter((one) => one.unmatched).sort((one, other) => (other.unmatched ?? 0) - (one.unmatched ?? 0));
  const all = tables.reduce((sum, one) => sum + (one.unmatched ?? 0), 0);
  const csv = () => csvOf(["table", "of_no_account", "accepted"], tables.map((one) => [one.table, one.unmatched, one.accepted]));
  return (
    <Panel
      title="Rows of no account"
      note={tables.length ? `${counted(all, "row")} of ${counted(tables.length, "table")}: they count in totals, and for no account` : "None: every row that could have an account has one."}
      actions={
        tables.length > 0 && (
          <TakeCsv label="Rows of no account" name="rows-of-no-account" csv={csv} />
        )
      }
    >
      {tables.length > 0 && (
        <div className={css.stack}>
          <DataTable label="Rows of no account" columns={COLUMNS} count={tables.length} row={(index) => tables[index]} rowKey={(one) => one.table} />
          <div className={css.ways}>
            <p>Rows that wait for a decision are among them. The others name an account that was not loaded, or bring neither an id nor a domain or name that is known; addresses of free mail hosts lead to no company.</p>
            <ol>
              <li>Decide what waits; the list begins with what most rows wait for.</li>
              <li>Load accounts that are missing, or name the account of these rows in their source.</li>
              <li>Say whose another domain or company name is, if you know it.</li>
            </ol>
          </div>
          <div>
            <ButtonLink to="/explore" search={{ where: OF_NONE }} size="xs" variant="default">
              Explore these rows
            </ButtonLink>
          </div>
        </div>
      )}
    </Panel>
  );
}
