// The columns of the team's table: what each is called, its value, and what of the accounts stands behind it.

import type { KpiShort } from "@/api/queries";
import type { Portfolio } from "@/api/team";
import { show, showCount, UNKNOWN } from "@/words/format";
import { tierWords, type Weighed } from "./weighing";

export interface Told {
  key: string;
  title: string;
  about?: string;
  width: number;
  number: boolean;
  kpi?: KpiShort; // whose explanation is behind the number
  accounts?: { having?: string[]; sort: string; cols: string[] }; // which of his accounts are behind it
  value: (row: Weighed) => number | string | null;
  text: (value: number | string | null) => string;
}

const plain = (value: number | string | null): string => (typeof value === "number" ? showCount(value) : (value ?? UNKNOWN));
const share = (value: number | string | null): string => (typeof value === "number" ? show(value, { unit: "fraction" }) : UNKNOWN);

const GAPS = ["tier", "segment", "stage", "interaction_gap_days", "health_score", "mrr"];
const DEALS = ["tier", "stage", "pipeline_value_open", "interaction_gap_days"];
const CARE = ["tier", "stage", "ticket_backlog", "health_score", "mrr"];

const count = (key: string, title: string, width: number, value: (one: Portfolio) => number | null, more: Partial<Told> = {}): Told => ({
  key, title, width, number: true, value: ({ portfolio }) => value(portfolio), text: plain, ...more,
});

/** All columns but name and load; of the KPIs those that the answer has. */
export function columnsOf(kpis: readonly KpiShort[], currency: string): Told[] {
  return [
    { key: "team", title: "Team", width: 120, number: false, value: ({ portfolio }) => portfolio.team, text: plain },
    count("accounts", "Accounts", 80, (one) => one.accounts, { accounts: { sort: "name", cols: GAPS } }),
    count("customers", "Customers", 84, (one) => one.customers, { accounts: { sort: "-mrr", having: ["mrr > 0"], cols: GAPS } }),
    { key: "tiers", title: "Tiers", width: 150, number: false, value: ({ portfolio }) => tierWords(portfolio.tiers), text: plain },
    ...kpis.map((kpi): Told => ({
      key: kpi.name, title: kpi.label, about: kpi.asks, width: 104, number: true, kpi,
      value: ({ portfolio }) => portfolio.figures[kpi.name] ?? null,
      text: (value) => show(typeof value === "number" ? value : null, { unit: kpi.unit, currency }, true),
    })),
    count("touches", "Touches, 90 days", 104, (one) => one.touches, { about: "With his accounts, by anybody of us", accounts: { sort: "interaction_gap_days", cols: GAPS } }),
    count("touched_30_days", "Touched, 30 days", 104, (one) => one.touched_30_days, { text: share, about: "Share of his accounts; opens those that were not", accounts: { sort: "-interaction_gap_days", having: ["interaction_gap_days > 30"], cols: GAPS } }),
    count("touched_90_days", "Touched, 90 days", 104, (one) => one.touched_90_days, { text: share, about: "Share of his accounts; opens those that were not", accounts: { sort: "-interaction_gap_days", having: ["interaction_gap_days > 90"], cols: GAPS } }),
    count("open_deals", "Open deals", 84, (one) => one.load.open_deals ?? null, { accounts: { sort: "-pipeline_value_open", having: ["pipeline_value_open > 0"], cols: DEALS } }),
    count("open_tickets", "Open tickets", 90, (one) => one.load.open_tickets ?? null, { accounts: { sort: "-ticket_backlog", having: ["ticket_backlog > 0"], cols: CARE } }),
    count("own_touches", "Own touches", 90, (one) => one.load.touches ?? null, { about: "His own with his accounts, in the last 90 days", accounts: { sort: "interaction_gap_days", cols: GAPS } }),
  ];
}

/** By a column, unknown last either way; names and load have columns of their own. */
export function sorted(rows: readonly Weighed[], sort: string, columns: readonly Told[]): Weighed[] {
  const key = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const column = columns.find((one) => one.key === key);
  const value = (row: Weighed): number | string | null => (key === "load" ? row.load : column ? column.value(row) : nameOf(row.portfolio));
  const compared = (a: number | string, b: number | string) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)));
  return [...rows].sort((one, two) => {
    const [a, b] = [value(one), value(two)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * compared(a, b);
  });
}

export const nameOf = (portfolio: Portfolio): string => portfolio.name ?? portfolio.employee_id ?? "No account manager";
