// Whose rows are whose: what waits for a decision, one of it side by side with its candidates, and what was decided.

import { Button, Skeleton } from "@mantine/core";
import { IconCheck, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { matches, type Matches as Told, type Waiting } from "@/api/data";
import { AccountLink } from "@/parts/AccountLink";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { counted, show, showCount } from "@/words/format";
import { csvOf } from "@/words/listing";
import { Another } from "./Another";
import css from "./Data.module.css";
import type { Put } from "./DataPage";
import { Decisions } from "./Decisions";
import { Review } from "./Review";
import type { DataSearch } from "./search";
import { isSettled, nextOf, rowsOf, tableWords, wayWords } from "./telling";
import { Unmatched } from "./Unmatched";

interface Props {
  search: DataSearch;
  put: Put;
  mayDecide: boolean;
  currency: string;
}

export function Matches({ search, put, mayDecide, currency }: Props) {
  const { data, error, refetch } = useQuery(matches);
  const [adding, setAdding] = useState(false);
  if (error)
    return (
      <Panel title="Waiting for a decision">
        <ProblemView error={error} retry={() => void refetch()} />
      </Panel>
    );
  if (!data) return <Skeleton height={560} radius="lg" />;
  const open = (item: string | undefined, choice?: string) => put({ item, choice });
  const item = search.item ? (data.waiting.find((one) => one.said === search.item) ?? unlisted(search.item)) : nextOf(data.waiting, data.decided, undefined);
  const next = () => open(nextOf(data.waiting, data.decided, item?.said)?.said);
  return (
    <div className={css.stack}>
      <div className={css.review}>
        <List told={data} shown={item?.said} onOpen={open} onAdd={mayDecide ? () => setAdding(true) : undefined} />
        {item ? (
          <Review key={item.said} item={item} told={data} choice={search.choice} period={search.period} put={put} mayDecide={mayDecide} currency={currency} onNext={next} />
        ) : (
          <Unmatched />
        )}
      </div>
      <Decisions told={data} mayDecide={mayDecide} onOpen={open} />
      <Ways told={data} unmatched={item !== undefined} />
      {adding && <Another told={data} onClose={() => setAdding(false)} onOpen={open} />}
    </div>
  );
}

/** A domain or name that somebody decides on although nothing waits for it. */
function unlisted(said: string): Waiting {
  const [, kind, value] = /^(domain|name|account):(.*)$/.exec(said) ?? [];
  return { kind: kind ?? "name", value: value ?? said, said, rows: {}, candidates: [] };
}

interface ListProps {
  told: Told;
  shown: string | undefined;
  onOpen: (item: string) => void;
  onAdd?: () => void;
}

const KINDS: Record<string, string> = { domain: "Domain", name: "Name", account: "Twice?" };

function List({ told, shown, onOpen, onAdd }: ListProps) {
  const left = told.waiting.filter((item) => !isSettled(item, told.decided));
  const rows = left.reduce((all, item) => all + rowsOf(item), 0);
  const csv = () =>
    csvOf(
      ["kind", "value", "rows", "account_id", "name", "found_by", "confidence"],
      told.waiting.flatMap((item) => item.candidates.map((one) => [item.kind, item.value, rowsOf(item), one.account_id, one.name, one.method, one.confidence])),
    );
  const columns: Column<Waiting>[] = [
    {
      key: "value",
      title: "What",
      width: 170,
      cell: (item) => (
        <button type="button" className={css.pick} aria-current={item.said === shown || undefined} onClick={() => onOpen(item.said)}>
          {item.kind === "account" ? `${item.value} and ${item.candidates[0]?.name ?? "another"}` : item.value}
        </button>
      ),
    },
    { key: "kind", title: "Kind", width: 64, cell: (item) => KINDS[item.kind] ?? item.kind },
    { key: "rows", title: "Rows", number: true, width: 56, cell: (item) => (item.kind === "account" ? <span className="quiet">all</span> : showCount(rowsOf(item))) },
    {
      key: "state",
      title: "State",
      width: 80,
      cell: (item) =>
        isSettled(item, told.decided) ? (
          <span className={css.done}>
            <IconCheck size={14} aria-hidden /> decided
          </span>
        ) : (
          "waits"
        ),
    },
  ];
  return (
    <Panel
      title="Waiting for a decision"
      note={left.length ? `${counted(left.length, "decision")} to make, for ${counted(rows, "row")}; that of most rows first` : told.waiting.length ? "All is decided. It counts from the next refresh on: run ‘accountlens refresh’." : "Nothing waits."}
      actions={
        <span className={`${css.actions} ${css.firm}`}>
          {told.waiting.length > 0 && (
            <TakeCsv label="Matches waiting" name="matches-waiting" csv={csv} />
          )}
          {onAdd && (
            <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={onAdd}>
              Another
            </Button>
          )}
        </span>
      }
    >
      {told.waiting.length === 0 && <p className="quiet">A domain or a name that could be several accounts, and accounts that may be one twice, would stand here.</p>}
      {told.waiting.length > 0 && <DataTable label="Waiting for a decision" columns={columns} count={told.waiting.length} row={(index) => told.waiting[index]} rowKey={(item) => item.said} />}
    </Panel>
  );
}

type Way = Told["matched"][number];

const WAYS: Column<Way>[] = [
  { key: "entity", title: "Table", width: 100, cell: (one) => tableWords(one.entity) },
  { key: "method", title: "Found by", width: 150, cell: (one) => wayWords(one.method) },
  { key: "rows", title: "Rows", number: true, width: 90, cell: (one) => showCount(one.rows) },
  { key: "lowest", title: "Least sure", number: true, width: 90, about: "Confidence, 0 to 1, of the least sure of these rows", cell: (one) => show(one.lowest, { unit: "ratio" }) },
];

const MERGED: Column<Told["merged"][number]>[] = [
  { key: "loser", title: "Account", width: 160, cell: (one) => one.loser_id },
  { key: "survivor", title: "Counts as", width: 160, cell: (one) => <AccountLink id={one.survivor_id} name={null} /> },
  { key: "source", title: "Who says so", width: 160, cell: (one) => one.source },
];

function Ways({ told, unmatched }: { told: Told; unmatched: boolean }) {
  return (
    <div className={css.beside}>
      {unmatched && <Unmatched />}
      <Panel title="How rows were matched" note="Rows whose account is not given by an id; what was found without doubt needs no decision.">
        {told.matched.length ? <DataTable label="How rows were matched" columns={WAYS} count={told.matched.length} row={(index) => told.matched[index]} rowKey={(one) => `${one.entity} ${one.method}`} /> : <p className="quiet">No row was matched by a domain or a name: all name their account by its id.</p>}
      </Panel>
      <Panel title="Accounts merged into others" note="As of the snapshot that is shown.">
        {told.merged.length ? <DataTable label="Accounts merged into others" columns={MERGED} count={told.merged.length} row={(index) => told.merged[index]} rowKey={(one) => one.loser_id} /> : <p className="quiet">None.</p>}
      </Panel>
    </div>
  );
}
