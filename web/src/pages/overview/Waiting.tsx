// What waits this week, and which accounts are at risk or on the rise: each with its reason and a next step.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type Todo, todosOf } from "@/api/queries";
import { AccountLink } from "@/parts/AccountLink";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { show } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Panels.module.css";

const KINDS: Record<string, string> = {
  at_risk: "At risk",
  renewal: "Renewal",
  ticket: "Ticket",
  detractor: "Detractor",
  mqa: "MQA waits",
  deal: "Deal",
  champion: "Champion",
  gap: "Silence",
  rising: "Rising",
};
const URGENCY: Record<number, string> = { 1: "Now", 2: "This week", 3: "Soon" };

interface Props {
  title: string;
  note: string;
  kinds: readonly string[];
  most: number;
  nothing: string; // where there is none
  unknown: string; // where there may be some, for the data lack what tells them
  children?: ReactNode; // what goes before the list
}

export function Waiting({ title, note, kinds, most, nothing, unknown, children }: Props) {
  const { data, error, refetch } = useQuery(todosOf(kinds, most));
  const all = Object.values(data?.counts ?? {}).reduce((sum, one) => sum + one, 0);
  const more = all - (data?.items.length ?? 0);
  return (
    <Panel title={title} note={data ? `${note}${more > 0 ? ` The first ${data.items.length} of ${all}.` : ""}` : note}>
      {children}
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={most * 62} />}
      {data?.items.length === 0 && <Empty small title={data.needs.length ? unknown : nothing} />}
      <ul className={css.todo}>
        {data?.items.map((item) => (
          <Item key={`${item.kind} ${item.account_id} ${item.ids.join()}`} item={item} currency={data.currency} kind={kinds.length > 1} />
        ))}
      </ul>
      {data?.needs.map((need) => (
        <p key={need.lacks} className={css.need}>
          {need.mend}
        </p>
      ))}
    </Panel>
  );
}

function Item({ item, currency, kind }: { item: Todo; currency: string; kind: boolean }) {
  return (
    <li>
      <div className={css.itemHead}>
        <AccountLink id={item.account_id} name={item.name} />
        {item.tier && <Tag>{item.tier}</Tag>}
        {kind && <Tag>{KINDS[item.kind] ?? item.kind}</Tag>}
        <span className={css.urgency} data-urgency={item.urgency}>
          {item.due ? dateText(item.due) : URGENCY[item.urgency]}
        </span>
      </div>
      <p>{item.reason}</p>
      <p className={css.step}>
        {item.next_step}
        {item.owner && ` · ${item.owner}`}
        {item.at_stake !== null && item.at_stake > 0 && ` · ${show(item.at_stake, { unit: "money", currency }, true)} at stake`}
      </p>
    </li>
  );
}
