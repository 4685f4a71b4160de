// Deals, what it pays for and what it could have, movements of its revenue, tickets.

import { Skeleton } from "@mantine/core";
import { IconCheck, IconCircleDashed } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type AccountDeal, dealsOf, type Head, type Holdings, holdingsOf } from "@/api/accounts";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Spark } from "@/parts/Spark";
import { counted, show, showCount, UNKNOWN } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Account.module.css";
import { Latest } from "./Latest";
import { Needs } from "./Needs";
import { noOpenDeal, roleWords } from "./telling";

const LISTED = 12;

export function Deals({ head }: { head: Head }) {
  const id = String(head.account.account_id);
  const deals = useQuery(dealsOf(id));
  const holdings = useQuery(holdingsOf(id));
  const error = deals.error ?? holdings.error;
  if (error) return <ProblemView error={error} retry={() => void Promise.all([deals.refetch(), holdings.refetch()])} />;
  if (!deals.data || !holdings.data) return <Skeleton height={420} radius="lg" />;
  const open = deals.data.deals.filter((one) => one.status === "open");
  const decided = deals.data.deals.filter((one) => one.status !== "open");
  return (
    <div className={css.stack}>
      <Panel title="Open deals" note={open.length ? `${show(sum(open), money(head), true)} in ${counted(open.length, "deal")}` : undefined}>
        {open.length ? <DealTable label="Open deals" deals={open} head={head} /> : <p className="quiet">{noOpenDeal(deals.data.needs)}</p>}
        <Needs needs={deals.data.needs} />
      </Panel>
      <div className={css.brief}>
        <Paying holdings={holdings.data} head={head} />
        <div className={css.column}>
          <Latest head={head} title="Revenue and contracts" kinds={["revenue", "contract"]} most={LISTED} none="Nothing moved yet." height={160} whole />
          <Latest head={head} title="Tickets" kinds={["ticket"]} most={LISTED} none="There was no ticket yet." height={160} whole />
        </div>
      </div>
      <Panel title="Decided deals">{decided.length ? <DealTable label="Decided deals" deals={decided} head={head} /> : <p className="quiet">No deal was decided yet.</p>}</Panel>
    </div>
  );
}

const money = (head: Head) => ({ unit: "money", currency: head.currency });

const sum = (deals: readonly AccountDeal[]): number | null => (deals.some((one) => one.amount !== null) ? deals.reduce((all, one) => all + (one.amount ?? 0), 0) : null);

function DealTable({ label, deals, head }: { label: string; deals: readonly AccountDeal[]; head: Head }) {
  const decided = deals.some((one) => one.status !== "open");
  const at = (one: AccountDeal): string | null => (decided ? one.closed_at : one.created_at);
  const columns: Column<AccountDeal>[] = [
    { key: "name", title: "Deal", width: 220, cell: (one) => one.name ?? one.opportunity_id },
    decided
      ? { key: "status", title: "Outcome", width: 90, cell: (one) => roleWords(one.status) }
      : { key: "stage", title: "Stage", width: 120, cell: (one) => roleWords(one.stage) || UNKNOWN },
    { key: "amount", title: "Amount", number: true, width: 100, cell: (one) => show(one.amount, money(head)) },
    { key: "type", title: "Type", width: 110, cell: (one) => roleWords(one.type) || UNKNOWN },
    { key: "product", title: "Product", width: 120, cell: (one) => one.product ?? UNKNOWN },
    { key: "owner", title: "Owner", width: 130, cell: (one) => one.owner ?? UNKNOWN },
    { key: "at", title: decided ? "Decided" : "Created", width: 110, cell: (one) => (at(one) ? dateText(at(one) as string) : UNKNOWN) },
    { key: "days", title: decided ? "Days, usual" : "Days open, usual", about: "Beside it the days that won deals of its type took, in the middle", number: true, width: 110, cell: (one) => `${showCount(one.age_days)} / ${showCount(one.usual_days === null ? null : Math.round(one.usual_days))}` },
  ];
  return <DataTable label={label} columns={columns} count={deals.length} row={(index) => deals[index]} rowKey={(one) => one.opportunity_id} />;
}

function Paying({ holdings, head }: { holdings: Holdings; head: Head }) {
  const live = holdings.subscriptions.filter((one) => one.live);
  const { mrr, months } = holdings.course;
  const known = mrr.some((value) => value !== null);
  return (
    <Panel title="What it pays for, and could have" note={holdings.could_bring === null ? undefined : `What it could have besides would bring ${show(holdings.could_bring, money(head), true)}.`}>
      {known && (
        <div className={css.course}>
          <Spark values={mrr} label={`Monthly recurring revenue, ${months[0]} to ${months.at(-1)}`} width={480} height={56} />
          <p className="quiet">
            Monthly recurring revenue, {months[0]} to {months.at(-1)}: {show(mrr.at(-1), money(head), true)} now
          </p>
        </div>
      )}
      <ul className={css.list}>
        {live.map((one) => (
          <li key={one.subscription_id} className={css.product} data-state="has">
            <IconCheck size={16} aria-hidden />
            <div>
              <strong>{one.product ?? one.product_id ?? one.subscription_id}</strong>
              <p>{[one.seats !== null && counted(one.seats, "seat"), `since ${dateText(one.started_at)}`, one.ended_at && `ends ${dateText(one.ended_at)}`].filter(Boolean).join(" · ")}</p>
            </div>
            <b className="numbers">{show(one.mrr, money(head), true)} a month</b>
          </li>
        ))}
        {holdings.whitespace?.map((one) => (
          <li key={one.product_id} className={css.product} data-state="none">
            <IconCircleDashed size={16} aria-hidden />
            <div>
              <strong>{one.product ?? one.product_id}</strong>
              <p>could have it, and has not</p>
            </div>
            {one.potential !== null && <b className="numbers">{show(one.potential, money(head), true)}</b>}
          </li>
        ))}
      </ul>
      {live.length === 0 && <p className="quiet">It pays for nothing that renews.</p>}
      {holdings.orders.length > 0 && (
        <p className={css.line}>
          {counted(holdings.orders.length, "order")}, the last on {dateText(holdings.orders[0]?.ordered_at as string)}.
        </p>
      )}
      <Needs needs={holdings.needs} />
    </Panel>
  );
}
