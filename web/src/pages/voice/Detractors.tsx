// Who would not recommend us and has heard nothing since: each with what to do, until when, and what is at stake.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Need } from "@/api/accounts";
import { type Todo, everyTodoOf } from "@/api/queries";
import { Needs } from "@/pages/account/Needs";
import { AccountLink } from "@/parts/AccountLink";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { TakeCsv } from "@/parts/Take";
import type { Asked } from "@/shell/filter";
import { counted, show } from "@/words/format";
import { csvOf } from "@/words/listing";
import { dateText } from "@/words/periods";
import { accountsIn } from "./hearing";
import { answeringOf, isNarrowed, lately } from "./questions";
import css from "./Voice.module.css";

const KINDS = ["detractor"];
const LATE = 1; // the urgency of what waits longer than it may

interface Props {
  filter: Asked;
  unasked?: Need; // nobody has answered yet
}

export function Detractors({ filter, unasked }: Props) {
  const narrowed = isNarrowed(filter);
  const waiting = useQuery(everyTodoOf(KINDS));
  const within = useQuery({ ...answeringOf(lately(filter)), enabled: narrowed });
  const error = waiting.error ?? within.error;
  const accounts = narrowed ? accountsIn(within.data) : undefined;
  const items = waiting.data && (!narrowed || accounts) ? waiting.data.items.filter((item) => !accounts || accounts.has(item.account_id)) : undefined;
  const late = items?.filter((item) => item.urgency === LATE).length ?? 0;
  const untold = waiting.data?.needs.filter((need) => need.lacks === "activities"); // what we did since is not recorded
  const since = untold?.length ? "" : " to whom nobody turned since";
  return (
    <Panel
      title="Wait for an answer"
      note={items?.length ? `${counted(items.length, "account")} with a detractor of the last 60 days${since}${late ? `; ${late} for more than a week` : ""}.` : `Detractors${since}.`}
      actions={items && items.length > 0 && <TakeCsv label="Wait for an answer" name="detractors" csv={() => listed(items)} />}
    >
      {error ? (
        <ProblemView error={error} retry={() => void Promise.all([waiting.refetch(), within.refetch()])} />
      ) : !items ? (
        <Skeleton height={460} />
      ) : unasked ? (
        <Empty small title="Nobody was asked yet whether they would recommend us">
          {unasked.mend}
        </Empty>
      ) : items.length === 0 ? (
        <Empty small title="Nobody waits">
          Whoever gave 0 to 6 in the last 60 days has heard from us.
        </Empty>
      ) : (
        <ul className={css.list} tabIndex={0} aria-label="Wait for an answer">
          {items.map((item) => (
            <Item key={`${item.account_id} ${item.ids.join()}`} item={item} currency={waiting.data?.currency ?? ""} />
          ))}
        </ul>
      )}
      {items && items.length > 0 && <Needs needs={untold} />}
    </Panel>
  );
}

function Item({ item, currency }: { item: Todo; currency: string }) {
  return (
    <li>
      <div className={css.head}>
        <AccountLink id={item.account_id} name={item.name} />
        {item.tier && <Tag>Tier {item.tier}</Tag>}
        <span className={css.due} data-late={item.urgency === LATE || undefined}>
          {item.urgency === LATE ? "overdue since " : "until "}
          {item.due ? dateText(item.due) : "now"}
        </span>
      </div>
      <p>{item.reason}</p>
      <p className="quiet">
        {item.next_step}
        {item.owner && ` · ${item.owner}`}
        {item.at_stake !== null && item.at_stake > 0 && ` · ${show(item.at_stake, { unit: "money", currency }, true)} at stake`}
      </p>
    </li>
  );
}

const listed = (items: readonly Todo[]): string =>
  csvOf(
    ["account_id", "account", "tier", "owner", "reason", "next_step", "due", "at_stake"],
    items.map((item) => [item.account_id, item.name, item.tier, item.owner, item.reason, item.next_step, item.due, item.at_stake]),
  );
