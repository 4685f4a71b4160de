// Whom to look after: contracts that end soon, and customers at risk, with their health and the next step.

import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Todo, type Todos, everyTodoOf } from "@/api/queries";
import { AccountLink } from "@/parts/AccountLink";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { dimensionLabel } from "@/shell/AddFilter";
import type { Asked } from "@/shell/filter";
import { counted, type Look, show, showChange, UNKNOWN } from "@/words/format";
import { csvOf } from "@/words/listing";
import { dateText } from "@/words/periods";
import { inSpan, isPoor, narrowed, number, POOR, type Span, spansOf } from "./care";
import css from "./Revenue.module.css";
import type { CareKind, RevenueSearch } from "./search";

const TALL = 330;
const SPANS_PX = 115;
const ROW_PX = 36;
const HEALTH_PERIOD = "last-90-days"; // that of the list's figures

interface Props {
  search: RevenueSearch;
  filter: Asked;
  onPut: (change: RevenueSearch) => void;
}

export function CarePanel({ search, filter, onPut }: Props) {
  const kind: CareKind = search.care ?? "renewal";
  const { data, error, refetch } = useQuery(everyTodoOf([kind]));
  const { items, ignored } = narrowed(data?.items ?? [], filter.filters);
  const shown = kind === "renewal" && search.due ? inSpan(items, Number(search.due)) : items;
  const apart = [...ignored.map((name) => dimensionLabel(name).toLowerCase()), ...(filter.where ? ["the condition"] : [])];
  return (
    <Panel
      title="Whom to look after"
      note={`${NOTES[kind]}${apart.length ? ` Not filtered by ${apart.join(", ")}: the list does not know it.` : ""}`}
      actions={shown.length > 0 && <TakeCsv name={kind} label="Whom to look after" csv={() => csvOf(HEADER, shown.map(csvRow))} />}
    >
      <div className={css.tools}>
        <SegmentedControl size="xs" aria-label="Whom" data={KINDS} value={kind} onChange={(value) => onPut({ care: value === "at_risk" ? "at_risk" : undefined, due: undefined })} />
      </div>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={kind === "renewal" ? TALL + SPANS_PX : TALL} />}
      {data && kind === "renewal" && items.length > 0 && <Spans spans={spansOf(items)} chosen={search.due} currency={data.currency} onPut={onPut} />}
      {data && <List told={data} items={shown} kind={kind} />}
      {data &&
        data.items.length > 0 &&
        data.needs.map((need) => (
          <p key={need.lacks} className={css.need}>
            Not told: {need.shows}. {need.mend}
          </p>
        ))}
    </Panel>
  );
}

const KINDS = [
  { value: "renewal", label: "Renewals due" },
  { value: "at_risk", label: "At risk" },
];
const NOTES: Record<CareKind, string> = {
  renewal: `Contracts that end within 90 days and are not decided, the most urgent first. Poor health is below ${POOR}.`,
  at_risk: "Customers whose health fell into the red, or who are likely to leave, the most urgent first.",
};
const LACKING: Record<CareKind, string> = { renewal: "It is not known which contracts end", at_risk: "Who is at risk cannot be told in full" };
const EMPTY: Record<CareKind, string> = { renewal: "No renewal is due", at_risk: "No customer is at risk" };

function Spans({ spans, chosen, currency, onPut }: { spans: Span[]; chosen?: string; currency: string; onPut: (change: RevenueSearch) => void }) {
  const money = (value: number | null) => show(value, { unit: "money", currency }, true);
  return (
    <div className={css.spans}>
      {spans.map((span) => {
        const word = String(span.until) as NonNullable<RevenueSearch["due"]>;
        return (
          <button key={word} type="button" className={css.span} aria-pressed={chosen === word} onClick={() => onPut({ due: chosen === word ? undefined : word })}>
            <span>{span.until === 30 ? "Within 30 days" : `In ${span.until - 29} to ${span.until} days`}</span>
            <b>{span.items.length ? money(span.value) : "None"}</b>
            <span>
              {counted(span.items.length, "account")}
              {span.poor > 0 && (
                <>
                  , <span className={css.poor}>{`${money(span.poorValue)} at ${span.poor} in poor health`}</span>
                </>
              )}
            </span>
          </button>
        );
      })}
    </div>
  );
}

function List({ told, items, kind }: { told: Todos; items: readonly Todo[]; kind: CareKind }) {
  if (told.needs.length && !told.items.length) return <Empty small title={LACKING[kind]}>{told.needs.map((need) => need.mend).join(" ")}</Empty>;
  if (!items.length) return <Empty small title={EMPTY[kind]}>{told.items.length ? "None of the list fits what was chosen." : undefined}</Empty>;
  return (
    <div style={{ minHeight: TALL }}>
      <DataTable label="Whom to look after" columns={columnsOf(kind, { unit: "money", currency: told.currency })} count={items.length} row={(index) => items[index]} rowKey={(item) => `${item.account_id} ${item.ids.join()}`} height={Math.min(TALL, (items.length + 1) * ROW_PX + 6)} />
    </div>
  );
}

function columnsOf(kind: CareKind, money: Look): Column<Todo>[] {
  const risk: Column<Todo>[] = [
    { key: "leaves", title: "Likely to leave", about: "Within 90 days, as a model foresees", number: true, width: 110, cell: (item) => show(number(item, "probability"), { unit: "fraction" }) },
    { key: "stake", title: "At stake", about: "What it pays in a year, and its open deals", number: true, width: 100, cell: (item) => show(item.at_stake, money, true) },
  ];
  const renewal: Column<Todo>[] = [
    { key: "due", title: "Ends", width: 110, cell: (item) => (item.due ? dateText(item.due) : UNKNOWN) },
    { key: "value", title: "Contracts", about: "What the contracts that end are worth", number: true, width: 100, cell: (item) => show(item.at_stake, money, true) },
  ];
  return [
    { key: "name", title: "Account", width: 180, cell: (item) => <AccountLink id={item.account_id} name={item.name} /> },
    { key: "tier", title: "Tier", width: 60, cell: (item) => item.tier ?? UNKNOWN },
    ...(kind === "renewal" ? renewal : []),
    { key: "health", title: "Health", about: "Now, and against 90 days before", number: true, width: 130, cell: (item) => <Health item={item} /> },
    ...(kind === "at_risk" ? risk : []),
    { key: "owner", title: "Owner", width: 130, cell: (item) => item.owner ?? UNKNOWN },
    { key: "step", title: "Next step", width: 220, cell: (item) => <span title={item.next_step}>{item.next_step}</span> },
    { key: "why", title: "Why", width: 260, cell: (item) => <span title={item.reason}>{item.reason}</span> },
  ];
}

function Health({ item }: { item: Todo }) {
  const health = number(item, "health");
  const change = number(item, "health_change");
  const look = { unit: "points" };
  const text = show(health, look);
  if (health === null) return <span className="quiet">{UNKNOWN}</span>;
  return (
    <>
      <Door kpi="health_score" period={HEALTH_PERIOD} by={{ account_id: item.account_id }} label={`Health of ${item.name ?? item.account_id}: ${text}${isPoor(item) ? ", poor" : ""}. Explain`} className={isPoor(item) ? css.poor : undefined}>
        {text}
      </Door>
      {change !== null && Math.abs(change) >= 0.05 && <span className={change < 0 ? css.fell : css.rose}> {showChange(change, null, look)}</span>}
    </>
  );
}

const HEADER = ["account_id", "name", "tier", "owner", "ends", "at_stake", "health", "health_change", "likely_to_leave", "reason", "next_step"];

const csvRow = (item: Todo) => [item.account_id, item.name, item.tier, item.owner, item.due, item.at_stake, number(item, "health"), number(item, "health_change"), number(item, "probability"), item.reason, item.next_step];
