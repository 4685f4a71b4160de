// Lists and tiers: which accounts are worked on, against which they are measured, and how much each of them matters.

import { Button, Skeleton } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { type Lists, type ListShort, listsOf } from "@/api/lists";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Filters } from "@/shell/Filters";
import { useFilter } from "@/shell/filter";
import { counted, showCount } from "@/words/format";
import { periodLabel } from "@/words/periods";
import { without } from "@/words/search";
import { Later } from "./Later";
import { ListView } from "./ListView";
import css from "./Lists.module.css";
import { NewList } from "./NewList";
import { LISTS_DEFAULTS, type ListsSearch, shownList } from "./search";
import { TiersView } from "./TiersView";

export type Put = (change: Partial<ListsSearch>, replace?: boolean) => void;

export default function ListsPage() {
  const search = useSearch({ strict: false }) as ListsSearch;
  const filter = useFilter(LISTS_DEFAULTS);
  const { data, error, refetch, isPlaceholderData } = useQuery(listsOf(filter.period));
  const [naming, setNaming] = useState(false);
  const [told, setTold] = useState("");
  const navigate = useNavigate();
  const put: Put = (change, replace = false) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), replace, resetScroll: false });
  const name = shownList(search, data?.lists.map((one) => one.name) ?? []);
  const list = data?.lists.find((one) => one.name === name);
  return (
    <Page
      title="Lists and tiers"
      lead="Which accounts are worked on, against which they are measured, and how much each matters"
      actions={
        data?.may_edit && (
          <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setNaming(true)}>
            New list
          </Button>
        )
      }
    >
      <Filters value={filter} grains={[]} scopes={false} />
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!error && <Later lists={data} told={told} />}
      {!error && <Choice lists={data} name={name} tiers={search.tiers === "1"} period={filter.period} fading={isPlaceholderData} />}
      {data && search.tiers && <TiersView lists={data} search={search} put={put} tell={setTold} />}
      {data && !search.tiers && list && <ListView key={list.name} list={list} lists={data} search={search} put={put} tell={setTold} />}
      {data && !search.tiers && !list && <NoList name={name} may={data.may_edit} onNew={() => setNaming(true)} />}
      {!data && !error && <Skeleton height={420} radius="lg" />}
      {naming && (
        <NewList
          onClose={() => setNaming(false)}
          onMade={(name) => {
            setNaming(false);
            setTold(`“${name}” is there, and empty. Import accounts, or add some.`);
            put({ list: name, tiers: undefined, find: undefined, part: undefined });
          }}
        />
      )}
    </Page>
  );
}

interface ChoiceProps {
  lists: Lists | undefined;
  name: string | undefined;
  tiers: boolean;
  period: string;
  fading: boolean;
}

function Choice({ lists, name, tiers, period, fading }: ChoiceProps) {
  const to = (change: Partial<ListsSearch>) => (now: Record<string, unknown>) => without({ ...now, list: undefined, tiers: undefined, part: undefined, find: undefined, explain: undefined, ...change });
  return (
    <nav aria-label="Lists">
      <ul className={css.choice} data-fading={fading || undefined}>
        {!lists && <Skeleton height={92} width={220} radius="lg" />}
        {lists?.lists.map((one) => (
          <li key={one.name}>
            <Link to="." search={to({ list: one.name }) as never} className={`card ${css.list}`} aria-current={one.name === name ? "true" : undefined} resetScroll={false}>
              <b>{one.name}</b>
              <span className="numbers">{membersText(one)}</span>
              <span className="quiet">{movesText(one, period)}</span>
            </Link>
          </li>
        ))}
        <li>
          <Link to="." search={to({ tiers: "1" }) as never} className={`card ${css.list}`} aria-current={tiers ? "true" : undefined} resetScroll={false}>
            <b>Tiers</b>
            <span>How much each account matters</span>
            <span className="quiet">All accounts, to be set in bulk</span>
          </Link>
        </li>
      </ul>
    </nav>
  );
}

function membersText(list: ListShort): string {
  const control = list.control ? `, ${showCount(list.control)} control` : "";
  return `${counted(list.members, "account")}${control}${list.coming ? `, ${showCount(list.coming)} to come` : ""}`;
}

const movesText = (list: ListShort, period: string): string => `${showCount(list.joined)} joined, ${showCount(list.left)} left, ${periodLabel(period).toLowerCase()}`;

function NoList({ name, may, onNew }: { name: string | undefined; may: boolean; onNew: () => void }) {
  return (
    <Empty title={name ? `There is no list “${name}”` : "There is no list yet"} action={may && <Button onClick={onNew}>New list</Button>}>
      {name
        ? "Choose one above."
        : may
          ? "Make one: a list called “target” says which accounts are worked on, and its group “control” against which they are measured. A table account_list_members of a source brings lists, too."
          : "Analysts, managers and admins make lists; a table account_list_members of a source brings some, too."}
    </Empty>
  );
}
