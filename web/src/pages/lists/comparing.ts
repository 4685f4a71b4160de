// Target and control beside each other, out of the answers of both; and the lift with what it is made of.

import { type Answer, type Figure, figureAt, totalOf } from "@/words/answer";
import { type Good, MEANS, type Meaning, meaningOf } from "@/words/change";
import { showChange, UNKNOWN } from "@/words/format";
import { csvOf } from "@/words/listing";

/** What compares well between groups of different size. */
export const USUAL: readonly string[] = ["engaged_account_rate", "account_penetration", "coverage_multithreading", "win_rate", "avg_deal_size", "sales_cycle_days", "nrr", "nps"];

const LIFT = "target_lift_did";

/** What a lift is told of; sales are what it is asked of where nothing is said. */
export const OUTCOMES: readonly { outcome: string; asked: string }[] = [
  { outcome: "sales_revenue", asked: LIFT },
  ...["mrr", "opportunities_created", "conversations", "engagement_score"].map((outcome) => ({ outcome, asked: `${LIFT}(outcome=${outcome})` })),
];

export interface Lift {
  outcome: string;
  asked: string;
  figure: Figure;
  target: readonly [number | null, number | null]; // per account, before and after
  control: readonly [number | null, number | null];
  accounts: readonly [number | null, number | null];
  meaning: Meaning;
  words: string;
}

export function liftOf(answer: Answer): Lift[] {
  const group = Math.max(0, totalOf(answer));
  return OUTCOMES.map(({ outcome, asked }, place) => {
    const series = answer.kpis[place] as Answer["kpis"][number];
    const figure = figureAt(answer, series, group, 0);
    const part = (name: string) => series.parts[name]?.[group * answer.periods.length] ?? null;
    const sure = isSure(figure);
    return {
      outcome,
      asked,
      figure,
      target: [part("target_pre"), part("target_post")],
      control: [part("control_pre"), part("control_post")],
      accounts: [part("target_accounts"), part("control_accounts")],
      meaning: sure ? meaningOf(figure.value, "up") : "neutral",
      words: figure.value === null ? "not known" : sure ? `${MEANS[meaningOf(figure.value, "up")]} than it would have been` : "may be chance",
    };
  });
}

/** Whether nothing at all is outside of where the value may lie. */
const isSure = ({ value, lower, upper }: Figure): boolean => value !== null && lower !== null && upper !== null && (lower > 0 || upper < 0);

export interface Compared {
  asked: string;
  target: Figure;
  control: Figure;
}

export function comparedOf(target: Answer, control: Answer, asked: readonly string[]): Compared[] {
  const figure = (answer: Answer, place: number) => figureAt(answer, answer.kpis[place] as Answer["kpis"][number], Math.max(0, totalOf(answer)), 0);
  return asked.map((kpi, place) => ({ asked: kpi, target: figure(target, place), control: figure(control, place) }));
}

export interface Apart {
  text: string;
  meaning: Meaning;
  words: string;
}

/** How far the target group is from the control group, and whether that means something: only where both have an interval. */
export function apart({ target, control }: Compared, good: Good | undefined): Apart {
  if (target.value === null || control.value === null) return { text: UNKNOWN, meaning: "none", words: "not known of both" };
  const difference = target.value - control.value;
  if (difference === 0) return { text: "0", meaning: "neutral", words: "the same" };
  const text = showChange(difference, control.value, target);
  const way = difference > 0 ? "higher" : "lower";
  const between = [target.lower, target.upper, control.lower, control.upper];
  if (between.includes(null)) return { text, meaning: "neutral", words: `${way}; how surely is not known` };
  const [from, to, others, end] = between as number[] as [number, number, number, number];
  if (from <= end && others <= to) return { text, meaning: "neutral", words: "may be chance" };
  const meaning = meaningOf(difference, good);
  return { text, meaning, words: meaning === "neutral" ? way : `${MEANS[meaning]} than control` };
}

export function comparedCsv(rows: readonly Compared[], label: (asked: string) => string): string {
  const header = ["kpi", "name", "unit", "target", "target_lower", "target_upper", "control", "control_lower", "control_upper"];
  const side = ({ value, lower, upper }: Figure) => [value, lower, upper];
  return csvOf(
    header,
    rows.map((row) => [row.asked, label(row.asked), row.target.unit, ...side(row.target), ...side(row.control)]),
  );
}
