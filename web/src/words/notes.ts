// Notes as marks on a chart over time: which of them fall into which of its periods.

import type { Period } from "./answer";

export interface Dated {
  on: string; // a day
  kpi: string | null;
  account_id: string | null;
  text: string;
}

export interface Mark<One extends Dated = Dated> {
  place: number; // of the period
  notes: One[];
}

/** Notes about the company or one of these KPIs, by the period their day lies in; those about an account stay with it. */
export function marksOf<One extends Dated>(notes: readonly One[], periods: readonly Period[], kpis: readonly string[]): Mark<One>[] {
  const fit = notes.filter((note) => note.account_id === null && (note.kpi === null || kpis.includes(note.kpi)));
  return periods
    .map((period, place) => ({ place, notes: fit.filter((note) => note.on >= period.start && note.on < period.end) }))
    .filter((mark) => mark.notes.length > 0);
}

/** The first and the last day of a chart. */
export function daysOf(periods: readonly Period[]): { since?: string; until?: string } {
  const last = periods.at(-1);
  if (!last) return {};
  const until = new Date(new Date(`${last.end}T00:00:00Z`).getTime() - 86_400_000).toISOString().slice(0, 10);
  return { since: periods[0]?.start, until };
}
