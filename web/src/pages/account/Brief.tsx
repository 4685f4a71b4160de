// What to know five minutes before a call: what to do, what changed, what is open, whom to call, what was last.

import { useQuery } from "@tanstack/react-query";
import { dealsOf, type Head, holdingsOf, peopleOf, todosOfAccount } from "@/api/accounts";
import { catalog } from "@/api/queries";
import { Change } from "@/parts/Change";
import { Door } from "@/parts/Door";
import { useFirst } from "@/parts/First";
import { Panel } from "@/parts/Page";
import type { There } from "@/parts/There";
import { show, signedValue } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Account.module.css";
import { AccountAlerts } from "./AccountAlerts";
import { Beside } from "./Beside";
import { by } from "./Glance";
import { Goals } from "./Goals";
import { Latest } from "./Latest";
import { Needs } from "./Needs";
import { Notes } from "./Notes";
import { ageWords, figureOf, movedParts, moversOf, noOpenDeal, partWords, roleWords, spanWords, toCall } from "./telling";
import { daysAgo } from "./times";
import { Waits } from "./Waits";

const WORTH = ["touch", "deal", "ticket", "survey", "stage", "attribute", "revenue", "contract", "health", "advocacy", "order"];
const CALLED = 4;
const MOST_OPEN = 6;
const MOVED = 5;
const LATELY = 8;
const LEAST_SCALE = 25; // points of health that fill the track

export function Brief({ head, there }: { head: Head; there: There }) {
  return (
    <div className={css.brief}>
      <div className={css.column}>
        <AccountAlerts head={head} />
        <NextSteps head={head} />
        <Goals head={head} />
        <Changed head={head} />
        <Notes head={head} />
      </div>
      <div className={css.column}>
        <Call head={head} />
        <Open head={head} />
        <Beside head={head} there={there} />
        <Latest head={head} title="What happened last" kinds={WORTH} most={LATELY} none="Nothing yet." height={220} />
      </div>
    </div>
  );
}

const URGENCY: Record<number, string> = { 1: "Now", 2: "This week", 3: "Soon" };

function NextSteps({ head }: { head: Head }) {
  const asked = useQuery(todosOfAccount(String(head.account.account_id)));
  return (
    <Waits title="Next steps" asked={asked} height={120}>
      {asked.data?.length === 0 && <p className="quiet">Nothing waits with this account.</p>}
      <ul className={css.list}>
        {asked.data?.map((item) => (
          <li key={`${item.kind} ${item.ids.join()}`} className={css.todo}>
            <b data-urgency={item.urgency}>{URGENCY[item.urgency]}</b>
            <div>
              <strong>{item.next_step}</strong>
              <p>
                {item.reason}
                {item.due && ` Due ${dateText(item.due)}.`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Waits>
  );
}

function Changed({ head }: { head: Head }) {
  const { data } = useQuery(catalog);
  const moved = moversOf(head, MOVED);
  const lines = movedParts(head);
  const widest = Math.max(LEAST_SCALE, ...lines.flatMap((line) => [line.before, line.now])); // weights are the workspace's own
  const kpi = (name: string) => data?.kpis.find((one) => one.name === name);
  return (
    <Panel title="What changed" note={`${spanWords(head.period)}, against the period before.`}>
      {lines.length > 0 && (
        <>
          <h3 className={css.sub}>Health, by its parts</h3>
          <ul className={css.parts}>
            {lines.map((line) => (
              <li key={line.name}>
                <span>{partWords(line.name)}</span>
                <span className={css.track} aria-hidden>
                  <i style={{ left: `${(Math.min(line.before, line.now) / widest) * 100}%`, width: `${(Math.abs(line.now - line.before) / widest) * 100}%` }} data-meaning={line.now < line.before ? "bad" : "good"} />
                </span>
                <span className="numbers">
                  {Math.round(line.before)} → {Math.round(line.now)} <b data-meaning={line.now < line.before ? "bad" : "good"}>{signedValue(Math.round(line.now - line.before), { unit: "count" })}</b>
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {moved.length > 0 && <h3 className={css.sub}>Figures that moved most</h3>}
      <ul className={css.moved}>
        {moved.map((figure) => (
          <li key={figure.kpi}>
            <span>{kpi(figure.kpi)?.label ?? figure.kpi}</span>
            <Door kpi={figure.kpi} period={head.period} by={by(head)} className="numbers" label={`${kpi(figure.kpi)?.label ?? figure.kpi}: ${show(figure.value, figure, true)}. Explain`}>
              {show(figure.value, figure, true)}
            </Door>
            <Change figure={figure} word="previous" good={kpi(figure.kpi)?.good} />
          </li>
        ))}
      </ul>
      {moved.length === 0 && lines.length === 0 && <p className="quiet">No figure is known in this period and the one before.</p>}
    </Panel>
  );
}

function Call({ head }: { head: Head }) {
  const asked = useQuery(peopleOf(String(head.account.account_id)));
  const people = toCall(asked.data?.contacts ?? [], CALLED);
  const now = new Date(head.now);
  return (
    <Waits title="Whom to call" asked={asked} height={180}>
      {people.length === 0 && <p className="quiet">Nobody is known here yet.</p>}
      <ul className={css.list}>
        {people.map((one) => (
          <li key={one.contact_id} className={css.person}>
            <div>
              <strong>{one.name ?? one.contact_id}</strong>
              {one.buying_role && <span className={css.role}>{roleWords(one.buying_role)}</span>}
              <p>{[one.title, one.deals.map((deal) => deal.name).filter(Boolean).join(", ")].filter(Boolean).join(" · ")}</p>
            </div>
            <div className={css.right}>
              {one.email && <a href={`mailto:${one.email}`}>{one.email}</a>}
              <p>{one.last_at ? `last touch ${daysAgo(one.last_at, now)}` : "never touched"}</p>
            </div>
          </li>
        ))}
      </ul>
      {asked.data?.gaps.slice(0, CALLED).map((gap) => (
        <p key={gap.what} className={css.gap}>
          {gap.what}
        </p>
      ))}
      <Needs needs={asked.data?.needs} />
    </Waits>
  );
}

function Open({ head }: { head: Head }) {
  const id = String(head.account.account_id);
  const asked = useQuery(dealsOf(id));
  const { data: holdings } = useQuery(holdingsOf(id));
  const look = { unit: "money", currency: head.currency };
  const open = asked.data?.deals.filter((deal) => deal.status === "open") ?? [];
  const tickets = figureOf(head, "ticket_backlog");
  const [shown, more] = useFirst(open, MOST_OPEN, "open deals");
  return (
    <Waits title="What is open" asked={asked} height={110}>
      {open.length === 0 && <p className="quiet">{noOpenDeal(asked.data?.needs)}</p>}
      <ul className={css.list}>
        {shown.map((deal) => (
          <li key={deal.opportunity_id} className={css.person}>
            <div>
              <strong>{deal.name ?? deal.opportunity_id}</strong>
              <p>{[roleWords(deal.stage), ageWords(deal), deal.owner].filter(Boolean).join(" · ")}</p>
            </div>
            <strong className="numbers">{show(deal.amount, look, true)}</strong>
          </li>
        ))}
      </ul>
      {more}
      {tickets && (
        <p className={css.line}>
          Open tickets:{" "}
          <Door kpi="ticket_backlog" period={head.period} by={by(head)} label={`Open tickets: ${show(tickets.value, tickets)}. Explain`}>
            <b>{show(tickets.value, tickets)}</b>
          </Door>
        </p>
      )}
      {holdings?.whitespace && holdings.whitespace.length > 0 && (
        <p className={css.line}>
          Could have, and has not: {holdings.whitespace.map((one) => `${one.product ?? one.product_id}${one.potential === null ? "" : ` (${show(one.potential, look, true)})`}`).join(", ")}.
        </p>
      )}
      <Needs needs={asked.data?.needs} />
    </Waits>
  );
}
