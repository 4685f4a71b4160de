// Who stands on a list on a day: found by words, chosen in the table, changed together, taken along as CSV.

import { Button, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconDownload, IconSearch, IconTags, IconUpload, IconUserMinus, IconUserPlus, IconUsersGroup } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type Lists, type ListShort, type Member, membersOf, tiersNow } from "@/api/lists";
import { fileOf } from "@/api/queries";
import { type Column, DataTable, type Sort } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { conditions, useFilter } from "@/shell/filter";
import { counted, showCount } from "@/words/format";
import { download } from "@/words/listing";
import { dateText } from "@/words/periods";
import { AddDialog } from "./AddDialog";
import { ChangeDialog, type Doing } from "./ChangeDialog";
import { type Action, Chosen } from "./Chosen";
import { ImportDialog } from "./ImportDialog";
import type { Put } from "./ListsPage";
import css from "./Lists.module.css";
import { LISTS_DEFAULTS, type ListsSearch } from "./search";
import { useSelection } from "./selection";
import { sorted } from "./sorting";
import { todayText } from "./telling";
import { Tick } from "./Tick";

interface Props {
  list: ListShort;
  lists: Lists;
  search: ListsSearch;
  put: Put;
  tell: (told: string) => void;
}

type Open = Doing | { kind: "add" } | { kind: "import" };

export function Members({ list, lists, search, put, tell }: Props) {
  const filter = useFilter(LISTS_DEFAULTS);
  const question = { on: search.on, search: search.find, where: conditions(filter) };
  const { data, error, refetch, isPlaceholderData } = useQuery(membersOf(list.name, question));
  const { data: tiers } = useQuery(tiersNow);
  const [sort, setSort] = useState<Sort>({ key: "name", down: false });
  const [open, setOpen] = useState<Open>();
  const rows = useMemo(() => sorted(data?.members ?? [], sort), [data, sort]);
  const ids = useMemo(() => rows.map((row) => row.account_id), [rows]);
  const selection = useSelection(ids);
  const csv = useMutation({ mutationFn: () => fileOf(`/lists/${encodeURIComponent(list.name)}`, question), onSuccess: (file) => download(`${list.name}.csv`, file) });
  const may = lists.may_edit && list.editable;
  const target = list.name === "target";
  const today = todayText();
  const columns = columnsOf(target, may ? selection : undefined);
  const done = (told: string) => {
    tell(told);
    selection.clear();
    setOpen(undefined);
  };
  const icon = { size: 14, "aria-hidden": true };
  const actions: Action[] = [
    { label: "Take off …", icon: <IconUserMinus {...icon} />, does: () => setOpen({ kind: "leave", list: list.name }) },
    ...(target
      ? [
          { label: "To control …", icon: <IconUsersGroup {...icon} />, does: () => setOpen({ kind: "join", list: "target", group: "control" }) },
          { label: "To target …", icon: <IconUsersGroup {...icon} />, does: () => setOpen({ kind: "join", list: "target", group: "target" }) },
        ]
      : []),
    { label: "Set tier …", icon: <IconTags {...icon} />, does: () => setOpen({ kind: "tier" }) },
  ];
  return (
    <Panel
      title={list.name}
      note={data ? noteOf(data.total, data.members.length, data.at, list) : "\u00a0"}
      actions={
        <div className={css.tools}>
          {may && (
            <>
              <Button variant="default" leftSection={<IconUserPlus size={15} aria-hidden />} onClick={() => setOpen({ kind: "add" })}>
                Add accounts
              </Button>
              <Button variant="default" leftSection={<IconUpload size={15} aria-hidden />} onClick={() => setOpen({ kind: "import" })}>
                Import
              </Button>
            </>
          )}
          <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} loading={csv.isPending} disabled={!data?.total} onClick={() => csv.mutate()}>
            CSV
          </Button>
        </div>
      }
    >
      <div className={css.bar}>
        <Find value={search.find ?? ""} onFind={(find) => put({ find: find || undefined }, true)} />
        <TextInput type="date" aria-label="As of" title="Members as of this day" value={search.on ?? today} onChange={(event) => put({ on: event.currentTarget.value === today ? undefined : event.currentTarget.value || undefined }, true)} />
        {search.on && (
          <Button variant="subtle" onClick={() => put({ on: undefined })}>
            Today
          </Button>
        )}
      </div>
      {may ? <Chosen selection={selection} shown={ids.length} actions={actions} /> : <p className={css.may}>{whyNot(lists, list)}</p>}
      {(error ?? csv.error) && <ProblemView error={error ?? csv.error} retry={error ? () => void refetch() : undefined} />}
      {!data && !error && <Skeleton height={420} radius="md" />}
      {data && data.total === 0 && <Nobody narrowed={Boolean(search.find || question.where)} may={may} onImport={() => setOpen({ kind: "import" })} />}
      {data && rows.length > 0 && (
        <div data-fading={isPlaceholderData || undefined}>
          <DataTable label={`Members of ${list.name}`} columns={columns} count={rows.length} row={(index) => rows[index]} rowKey={(row) => row.account_id} sort={sort} onSort={setSort} />
        </div>
      )}
      {open?.kind === "add" && <AddDialog list={list.name} onClose={() => setOpen(undefined)} onDone={done} />}
      {open?.kind === "import" && <ImportDialog list={list.name} onClose={() => setOpen(undefined)} onDone={done} />}
      {open && open.kind !== "add" && open.kind !== "import" && (
        <ChangeDialog doing={open} accounts={selection.ids} lists={lists.lists.filter((one) => one.editable).map((one) => one.name)} tiers={tierNames(tiers?.tiers)} onClose={() => setOpen(undefined)} onDone={done} />
      )}
    </Panel>
  );
}

export const tierNames = (tiers: readonly { tier: string | null }[] | undefined): string[] => (tiers ?? []).flatMap(({ tier }) => (tier === null ? [] : [tier]));

function columnsOf(target: boolean, selection: ReturnType<typeof useSelection> | undefined): Column<Member>[] {
  const day = (moment: string | null) => (moment ? dateText(moment) : "–");
  return [
    { key: "name", title: "Account", width: 220, cell: (row) => <Tick id={row.account_id} name={row.name} selection={selection} /> },
    { key: "tier", title: "Tier", cell: (row) => row.tier ?? "–" },
    ...(target ? [{ key: "group", title: "Group", cell: (row: Member) => <span className={css.group} data-group={row.group ?? "target"}>{row.group ?? "target"}</span> }] : []),
    { key: "joined_at", title: "Since", cell: (row) => day(row.joined_at) },
    { key: "left_at", title: "Until", cell: (row) => day(row.left_at) },
    { key: "domain", title: "Domain", cell: (row) => row.domain ?? "–" },
    { key: "account_id", title: "Id", cell: (row) => row.account_id },
  ];
}

function noteOf(total: number, shown: number, at: string, list: ListShort): string {
  const part = shown < total ? ` (the first ${showCount(shown)} are shown; the CSV has all)` : "";
  return `${counted(total, "account")} as of ${dateText(at)}${part}, kept in ${list.kept_in}`;
}

function whyNot(lists: Lists, list: ListShort): string {
  if (!lists.may_edit) return "Your role looks at lists; analysts, managers and admins change them.";
  return `“${list.name}” is kept by its source alone, for no file here can have its name.`;
}

function Nobody({ narrowed, may, onImport }: { narrowed: boolean; may: boolean; onImport: () => void }) {
  if (narrowed) return <Empty title="No member fits">Take a word or a filter away.</Empty>;
  return (
    <Empty title="Nobody stands on this list" action={may && <Button onClick={onImport}>Import accounts</Button>}>
      Paste or choose a file that names accounts by id, domain or name. No account stands here on the day that is shown.
    </Empty>
  );
}

/** The words typed are searched when the fingers rest. */
export function Find({ value, onFind }: { value: string; onFind: (find: string) => void }) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onFind, 180);
  useEffect(() => setText(value), [value]); // Back, or another list
  return (
    <TextInput
      className={css.find}
      type="search"
      aria-label="Find accounts"
      placeholder="Name, domain or id"
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
