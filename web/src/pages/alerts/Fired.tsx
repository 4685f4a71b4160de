// What fired, account by account: narrowed by what the address says, acted on where one may.

import { Button, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type AlertGroup, alertRules, type Alerts, alertsOf, type Rules } from "@/api/alerts";
import { AccountLink } from "@/parts/AccountLink";
import { Acted } from "@/parts/Acted";
import { type Acting, AlertActs, useActing } from "@/parts/AlertActs";
import { AlertItem, wholeName } from "@/parts/AlertItem";
import { Empty } from "@/parts/Empty";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { counted } from "@/words/format";
import css from "./Alerts.module.css";
import type { Put } from "./AlertsPage";
import { HeldBack } from "./HeldBack";
import { type AlertsSearch, ME, SEVERITIES, type Shown, SHOWS, wordsOf } from "./search";
import { nothingText, SEVERITY_WORDS } from "./telling";

interface Props {
  search: AlertsSearch;
  put: Put;
  currency: string;
  mayAct: boolean;
}

export function Fired({ search, put, currency, mayAct }: Props) {
  const asked = useInfiniteQuery(alertsOf(wordsOf(search)));
  const { data: known } = useQuery(alertRules);
  const acting = useActing();
  const pages = asked.data?.pages;
  const groups = pages?.flatMap((page) => page.groups);
  return (
    <>
      <Choices search={search} put={put} told={pages?.[0]} rules={known} />
      <Acted acting={acting} />
      {asked.error && <ProblemView error={asked.error} retry={() => void asked.refetch()} />}
      {!pages && !asked.error && <Skeleton height={480} radius="lg" />}
      {groups && (
        <div className={css.groups} data-fading={asked.isPlaceholderData || undefined}>
          {groups.map((group) => (
            <Group key={`${group.whose.each} ${group.whose.subject}`} group={group} currency={currency} acting={mayAct ? acting : undefined} />
          ))}
          {groups.length === 0 && <Nothing search={search} put={put} rules={known} />}
        </div>
      )}
      {asked.hasNextPage && (
        <Button variant="default" className={css.more} loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          Show more accounts
        </Button>
      )}
      <HeldBack opened={search.held === "1"} rule={search.rule} currency={currency} onToggle={() => put({ held: search.held ? undefined : "1" })} />
    </>
  );
}

const SHOW_WORDS: Record<Shown, string> = { open: "Open", acknowledged: "Taken care of", snoozed: "Snoozed", over: "Over" };

function Choices({ search, put, told, rules }: { search: AlertsSearch; put: Put; told: Alerts | undefined; rules: Rules | undefined }) {
  const of = (count: number | undefined) => (count ? ` (${count})` : "");
  const owners = (told?.owners ?? []).filter((one) => one.owner_id !== null);
  const named = [...new Set([...(rules?.rules ?? []).map((one) => one.id), ...Object.keys(told?.rules ?? {})])];
  const label = (id: string) => rules?.rules.find((one) => one.id === id)?.rule.label ?? id;
  return (
    <div className={css.bar} role="group" aria-label="Which alerts">
      <SegmentedControl aria-label="State" value={search.show ?? "open"} onChange={(show) => put({ show: show === "open" ? undefined : (show as Shown) })} data={SHOWS.map((one) => ({ value: one, label: SHOW_WORDS[one] }))} />
      <Select aria-label="Rule" w={230} clearable placeholder="All rules" data={named.map((id) => ({ value: id, label: `${label(id)}${of(told?.rules[id])}` }))} value={search.rule ?? null} onChange={(rule) => put({ rule: rule ?? undefined })} clearButtonProps={{ "aria-label": "All rules" }} />
      <Select
        aria-label="Owner"
        w={190}
        clearable
        searchable
        placeholder="All owners"
        data={[{ value: ME, label: "Told to me" }, ...owners.map((one) => ({ value: one.owner_id as string, label: `${one.owner ?? one.owner_id}${of(one.alerts)}` }))]}
        value={search.owner ?? null}
        onChange={(owner) => put({ owner: owner ?? undefined })}
        clearButtonProps={{ "aria-label": "All owners" }}
      />
      <Select aria-label="Severity" w={150} clearable placeholder="Any severity" data={SEVERITIES.map((one) => ({ value: one, label: `${SEVERITY_WORDS[one]}${of(told?.severities[one])}` }))} value={search.severity ?? null} onChange={(severity) => put({ severity: (severity ?? undefined) as AlertsSearch["severity"] })} clearButtonProps={{ "aria-label": "Any severity" }} />
      <Select
        aria-label="Order"
        w={190}
        allowDeselect={false}
        data={[
          { value: "latest", label: "Newest first" },
          { value: "reasons", label: "Most reasons first" },
        ]}
        value={search.order ?? "latest"}
        onChange={(order) => put({ order: order === "reasons" ? "reasons" : undefined })}
      />
    </div>
  );
}

function Group({ group: { whose, alerts }, currency, acting }: { group: AlertGroup; currency: string; acting: Acting | undefined }) {
  return (
    <section className={`card ${css.group}`} aria-label={whose.name}>
      <header>
        <h2>{whose.account_id ? <AccountLink id={whose.account_id} name={whose.name} /> : wholeName(whose)}</h2>
        {whose.tier && <Tag>{whose.tier}</Tag>}
        <span className="quiet">
          {whose.account_id && (whose.owner ?? "No owner")}
          {alerts.length > 1 && ` · ${counted(alerts.length, "reason")}`}
        </span>
      </header>
      {alerts.map((alert) => (
        <AlertItem key={alert.id} alert={alert} currency={currency}>
          {acting && <AlertActs alert={alert} account={whose.account_id} name={whose.name} acting={acting} />}
        </AlertItem>
      ))}
    </section>
  );
}

function Nothing({ search, put, rules }: { search: AlertsSearch; put: Put; rules: Rules | undefined }) {
  const narrowed = Boolean(search.rule ?? search.owner ?? search.severity);
  const told = nothingText(search.show ?? "open", narrowed, rules?.rules);
  return (
    <div className="card">
      <Empty
        title={told.title}
        action={
          told.way === "rules" ? (
            <Button variant="default" onClick={() => put({ part: "rules", rule: undefined })}>
              To the rules
            </Button>
          ) : told.way === "all" ? (
            <Button variant="default" onClick={() => put({ rule: undefined, owner: undefined, severity: undefined })}>
              Show all
            </Button>
          ) : undefined
        }
      >
        {told.text}
      </Empty>
    </div>
  );
}
