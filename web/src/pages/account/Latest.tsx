// What happened last, of some kinds: the head of the timeline, a line each.

import { useInfiniteQuery } from "@tanstack/react-query";
import { type Head, timelineOf } from "@/api/accounts";
import { show, signedValue } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Account.module.css";
import { Needs } from "./Needs";
import { dayOf } from "./telling";
import { Waits } from "./Waits";

interface Props {
  head: Head;
  title: string;
  kinds: readonly string[];
  most: number;
  none: string;
  height: number;
  whole?: boolean; // with amounts, and with what the data lack for these kinds
}

export function Latest({ head, title, kinds, most, none, height, whole = false }: Props) {
  const asked = useInfiniteQuery(timelineOf(String(head.account.account_id), { kinds }, most));
  const page = asked.data?.pages[0];
  const money = { unit: "money", currency: head.currency };
  return (
    <Waits title={title} note={whole ? "The newest first." : undefined} asked={asked} height={height}>
      {page?.entries.length === 0 && <p className="quiet">{none}</p>}
      <ul className={css.lately}>
        {page?.entries.map((entry) => (
          <li key={`${entry.kind} ${entry.key}`}>
            <time dateTime={entry.at}>{dateText(dayOf(entry))}</time>
            <span>
              {entry.title}
              {entry.contact?.name && <span className="quiet"> · {entry.contact.name}</span>}
            </span>
            {whole && entry.amount !== null && <b className="numbers">{entry.kind === "revenue" ? signedValue(entry.amount, money) : show(entry.amount, money, true)}</b>}
          </li>
        ))}
      </ul>
      {whole && <Needs needs={page?.needs} />}
    </Waits>
  );
}
