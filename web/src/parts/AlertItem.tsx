// One alert: how much is at stake, why, the number behind it, the next step, and what can be done with it.

import type { ReactNode } from "react";
import type { Alert, Whose } from "@/api/alerts";
import { show } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./AlertItem.module.css";
import { Around, Door } from "./Door";
import { Tag } from "./Tag";

interface Props {
  alert: Alert;
  currency: string;
  children?: ReactNode; // what can be done
}

export function AlertItem({ alert, currency, children }: Props) {
  return (
    <article className={css.alert} data-severity={alert.severity} aria-label={alert.label}>
      <div className={css.laid}>
        <div className={css.words}>
          <h3>
            {alert.label} {alert.severity !== "medium" && <Tag tone={alert.severity === "high" ? "bad" : undefined}>{alert.severity === "high" ? "High" : "Low"}</Tag>}
          </h3>
          <p>
            {alert.why} {alert.people.length > 0 && `(${alert.people.map((one) => one.name).join(", ")}) `}
          </p>
          {alert.next_step && alert.state !== "resolved" && (
            <p className={css.step}>
              <b>Next:</b> {alert.next_step}
            </p>
          )}
          <p className={css.when}>{whenText(alert)}</p>
        </div>
        <Behind of={alert} currency={currency} />
        {children && <div className={css.acts}>{children}</div>}
      </div>
    </article>
  );
}

/** The number that leads to its formula and its rows. */
export function Behind({ of: { figure, question }, currency }: { of: Pick<Alert, "figure" | "question">; currency: string }) {
  if (!figure || !question) return null;
  const look = { unit: figure.unit, currency };
  const known = figure.value !== null;
  const text = known ? show(figure.value, look, true) : "Explain";
  return (
    <div className={css.figure}>
      <Around value={{ where: question.where ?? undefined, scope: question.scope, period: question.period }}>
        <Door kpi={question.kpi} label={`${figure.label}${known ? `: ${text}` : ""}. Explain`} className={known ? css.big : undefined}>
          {text}
        </Door>
      </Around>
      <small>{figure.expected === null ? figure.label : `${figure.label}, against ${show(figure.expected, look, true)}`}</small>
    </div>
  );
}

function whenText(alert: Alert): string {
  const since = `Since ${dateText(alert.opened_at)}`;
  if (alert.resolved_at) return `${since}, over since ${dateText(alert.resolved_at)}`;
  const taken = alert.state === "acknowledged" ? `taken care of${alert.acknowledged_by ? ` by ${alert.acknowledged_by}` : ""}` : "";
  const asleep = alert.snoozed_until ? `${alert.account_snoozed ? "with its account " : ""}snoozed until ${dateText(alert.snoozed_until)}` : "";
  return [since, taken, asleep].filter(Boolean).join(" · ");
}

/** Of whom an alert is, where that is no account. */
export const wholeName = (whose: Whose): string => (whose.subject && whose.each !== "account" ? `${whose.each.replace(/_id$/, "").replaceAll("_", " ")}: ${whose.name}` : whose.name);
