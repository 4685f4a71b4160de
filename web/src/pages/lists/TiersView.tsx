// Tiers: how many accounts have which; and all accounts, to be found, chosen, and put into a tier or onto a list together.

import { Button, Skeleton } from "@mantine/core";
import { IconListCheck, IconTags, IconUpload } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { accountsBlock, type AccountsTold } from "@/api/accounts";
import { type Lists, type Tiers, tiersNow } from "@/api/lists";
import { type Column, DataTable, type Sort } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { conditions, useFilter } from "@/shell/filter";
import { counted, showCount } from "@/words/format";
import { dateText } from "@/words/periods";
import { ChangeDialog, type Doing } from "./ChangeDialog";
import { type Action, Chosen } from "./Chosen";
import { ImportDialog } from "./ImportDialog";
import type { Put } from "./ListsPage";
import css from "./Lists.module.css";
import { Find, tierNames } from "./Members";
import { LISTS_DEFAULTS, type ListsSearch } from "./search";
import { type Selection, useSelection } from "./selection";
import { Tick } from "./Tick";

const COLUMNS = ["tier", "segment", "industry"];
const SHOWN = 1000;

interface Props {
  lists: Lists;
  search: ListsSearch;
  put: Put;
  tell: (told: string) => void;
}

interface Row {
  id: string;
  name: string | null;
  place: number;
}

export function TiersView({ lists, search, put, tell }: Props) {
  const tiers = useQuery(tiersNow);
  const [importing, setImporting] = useState(false);
  return (
    <>
      <Panel
        title="Tiers"
        note={tiers.data ? noteOf(tiers.data) : "\u00a0"}
        actions={
          lists.may_edit && (
            <Button variant="default" leftSection={<IconUpload size={15} aria-hidden />} onClick={() => setImporting(true)}>
              Import tiers
            </Button>
          )
        }
      >
        {tiers.error && <ProblemView error={tiers.error} retry={() => void tiers.refetch()} />}
        {!tiers.data && !tiers.error && <Skeleton height={64} />}
        {tiers.data && <Counts tiers={tiers.data} />}
      </Panel>
      <AllAccounts lists={lists} search={search} put={put} tell={tell} tiers={tierNames(tiers.data?.tiers)} />
      {importing && (
        <ImportDialog
          onClose={() => setImporting(false)}
          onDone={(told) => {
            tell(told);
            setImporting(false);
          }}
        />
      )}
    </>
  );
}

function noteOf(tiers: Tiers): string {
  const coming = tiers.coming ? ` ${counted(tiers.coming, "account")} will get one on a later day.` : "";
  return `As of ${dateText(tiers.as_of)}, as figures see them.${coming}`;
}

function Counts({ tiers }: { tiers: Tiers }) {
  if (tiers.tiers.length === 0) return <Empty small title="No account yet">A refresh brings the first.</Empty>;
  return (
    <ul className={css.tiers}>
      {tiers.tiers.map(({ tier, accounts }) => (
        <li key={tier ?? ""}>
          {tier === null ? (
            <span className="quiet">No tier</span>
          ) : (
            <Link to="/accounts" search={{ filters: { tier: [tier] } }} preload={false}>
              Tier {tier}
            </Link>
          )}
          <b className="numbers">{showCount(accounts)}</b>
        </li>
      ))}
    </ul>
  );
}

function AllAccounts({ lists, search, put, tell, tiers }: Props & { tiers: readonly string[] }) {
  const filter = useFilter(LISTS_DEFAULTS);
  const [sort, setSort] = useState<Sort>({ key: "name", down: false });
  const [doing, setDoing] = useState<Doing>();
  const question = { columns: COLUMNS, search: search.find, where: conditions(filter), sort: `${sort.down ? "-" : ""}${sort.key}`, period: "last-month" };
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...accountsBlock(question, 0, SHOWN), placeholderData: keepPreviousData });
  const rows = useMemo(() => (data?.account_id ?? []).map((id, place): Row => ({ id, name: data?.name[place] ?? null, place })), [data]);
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const selection = useSelection(ids);
  const icon = { size: 14, "aria-hidden": true };
  const actions: Action[] = [
    { label: "Set tier …", icon: <IconTags {...icon} />, does: () => setDoing({ kind: "tier" }) },
    { label: "Add to a list …", icon: <IconListCheck {...icon} />, does: () => setDoing({ kind: "join" }) },
  ];
  return (
    <Panel title="All accounts" note={data ? shownText(data) : "\u00a0"}>
      <div className={css.bar}>
        <Find value={search.find ?? ""} onFind={(find) => put({ find: find || undefined }, true)} />
      </div>
      {lists.may_edit ? <Chosen selection={selection} shown={ids.length} actions={actions} /> : <p className={css.may}>Your role looks at tiers; analysts, managers and admins set them.</p>}
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={420} radius="md" />}
      {data && rows.length === 0 && <Empty title="No account fits">Take a word or a filter away.</Empty>}
      {data && rows.length > 0 && (
        <div data-fading={isPlaceholderData || undefined}>
          <DataTable label="All accounts" columns={columnsOf(data, lists.may_edit ? selection : undefined)} count={rows.length} row={(index) => rows[index]} rowKey={(row) => row.id} sort={sort} onSort={setSort} />
        </div>
      )}
      {doing && (
        <ChangeDialog
          doing={doing}
          accounts={selection.ids}
          lists={lists.lists.filter((one) => one.editable).map((one) => one.name)}
          tiers={tiers}
          onClose={() => setDoing(undefined)}
          onDone={(told) => {
            tell(told);
            selection.clear();
            setDoing(undefined);
          }}
        />
      )}
    </Panel>
  );
}

const TITLES: Record<string, string> = { tier: "Tier", segment: "Segment", industry: "Industry" };

function columnsOf(data: AccountsTold, selection: Selection | undefined): Column<Row>[] {
  const told = data.columns.map(({ column, values, names }): Column<Row> => {
    const text = (value: unknown) => (value === null || value === undefined ? "–" : (names?.[String(value)] ?? String(value)));
    return { key: column, title: TITLES[column] ?? column, cell: (row) => text(values[row.place]) };
  });
  return [{ key: "name", title: "Account", width: 220, cell: (row) => <Tick id={row.id} name={row.name} selection={selection} /> }, ...told, { key: "account_id", title: "Id", cell: (row) => row.id }];
}

function shownText(data: AccountsTold): string {
  const shown = data.account_id.length;
  return shown < data.total ? `The first ${showCount(shown)} of ${counted(data.total, "account")}: find or filter for others` : counted(data.total, "account");
}
