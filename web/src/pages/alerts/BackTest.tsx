// How often a rule would have fired in the last year, and how often it was right: shares with their intervals, then each case.

import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Backtest, backtestOf, type Proof, type Rule } from "@/api/alerts";
import { asProblem } from "@/api/problem";
import { AccountLink } from "@/parts/AccountLink";
import { wholeName } from "@/parts/AlertItem";
import { type Column, DataTable } from "@/parts/DataTable";
import { ProblemView } from "@/parts/ProblemView";
import { ThereNote, useThere } from "@/parts/There";
import { counted, show, showCount, showInterval, UNKNOWN } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Alerts.module.css";
import { ofText, sharesOf, verdictText } from "./telling";

type Case = Backtest["fired"][number];

const TALL = 300;
const ROW_PX = 36;
const SHARE = { unit: "fraction" };

export function BackTest({ rule }: { rule: Rule }) {
  const there = useThere(rule);
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery({ ...backtestOf(rule, there.on), placeholderData: keepPreviousData });
  if (error && asProblem(error).engine) return <ProblemView error={error} there={there.ask} />;
  if (error && asProblem(error).status === 400) return <p className={css.note}>{asProblem(error).detail}</p>; // this rule has none, and says why
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  const waits = isFetching && there.on !== undefined;
  if (!data || (waits && isPlaceholderData))
    return (
      <>
        <ThereNote there={there} waits={waits} />
        <Skeleton height={360} />
      </>
    );
  const held = Object.values(data.held).reduce((sum, one) => sum + one, 0);
  const latest = [...data.fired].reverse();
  return (
    <section aria-label="Back-test" className={css.tested} data-fading={isPlaceholderData || undefined}>
      <ThereNote there={there} waits={waits} />
      <p className={css.sum}>
        Would have fired <b>{counted(data.times, "time")}</b>, {show(data.per_month, { unit: "count" })} a month{held > 0 && `; held back ${counted(held, "time")}`}.
      </p>
      <p className="quiet">
        {dateText(data.start)} to {dateText(data.end)}, looked at {counted(data.moments, "time")}, {counted(data.subjects, "subject")}.
      </p>
      {data.proof ? <Shares proof={data.proof} /> : <p className={css.note}>This rule says nothing of what would prove it right, so it is only counted.</p>}
      {data.notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
      {latest.length > 0 && <DataTable label="When it would have fired" columns={columnsOf(data.proof)} count={latest.length} row={(index) => latest[index]} height={Math.min(TALL, (latest.length + 1) * ROW_PX + 6)} />}
      {data.times > latest.length && <p className="quiet">The latest {showCount(latest.length)} are listed.</p>}
      {data.proof && data.proof.missed.length > 0 && <Missed proof={data.proof} />}
    </section>
  );
}

function Shares({ proof }: { proof: Proof }) {
  const decided = [
    proof.undecided > 0 && `${counted(proof.undecided, "time")} it fired too lately to be judged`,
    proof.lead_days !== null && `${counted(Math.round(proof.lead_days), "day")} before, in the median`,
  ].filter(Boolean);
  return (
    <>
      <ul className={css.shares}>
        {sharesOf(proof).map(({ name, note, share, tone }) => (
          <li key={name}>
            <span>
              <b>{name}</b> {note}
            </span>
            <span className="numbers">
              <b data-tone={tone}>{show(share.value, SHARE)}</b> {ofText(share)}
            </span>
            <span className={css.track} title={share.value === null ? undefined : `Likely between ${showInterval(share.lower, share.upper, SHARE)}`} aria-hidden>
              {share.value !== null && (
                <>
                  <i className={css.likely} style={{ left: percent(share.lower ?? 0), width: percent((share.upper ?? 0) - (share.lower ?? 0)) }} />
                  <i className={css.point} style={{ left: percent(share.value) }} data-tone={tone} />
                </>
              )}
            </span>
            {share.value !== null && <small className="quiet">likely between {showInterval(share.lower, share.upper, SHARE)}</small>}
          </li>
        ))}
      </ul>
      <p className={css.note}>
        {verdictText(proof)} {decided.length > 0 && `${decided.join("; ").replace(/^./, (letter) => letter.toUpperCase())}.`}
      </p>
    </>
  );
}

const percent = (share: number): string => `${Math.max(0, Math.min(1, share)) * 100}%`;

function columnsOf(proof: Proof | null): Column<Case>[] {
  const judged: Column<Case> = {
    key: "right",
    title: "Then",
    width: 130,
    cell: (one) => (one.right === null ? <span className="quiet">not known yet</span> : one.right ? <b className={css.right}>{`${proof?.what}${one.lead_days === null ? "" : ` after ${counted(one.lead_days, "day")}`}`}</b> : "did not"),
  };
  return [
    { key: "at", title: "Fired", width: 110, cell: (one) => dateText(one.at) },
    { key: "whose", title: "About", width: 140, cell: (one) => (one.whose.account_id ? <AccountLink id={one.whose.account_id} name={one.whose.name} /> : wholeName(one.whose)) },
    ...(proof ? [judged] : []),
    { key: "why", title: "Why", width: 240, cell: (one) => <span title={one.why}>{one.why}</span> },
  ];
}

function Missed({ proof }: { proof: Proof }) {
  return (
    <p className="quiet">
      Not warned of:{" "}
      {proof.missed.map((one, at) => (
        <span key={`${one.whose.subject} ${one.at}`}>
          {at > 0 && ", "}
          {one.whose.account_id ? <AccountLink id={one.whose.account_id} name={one.whose.name} /> : one.whose.name || UNKNOWN} ({dateText(one.at)})
        </span>
      ))}
      .
    </p>
  );
}
