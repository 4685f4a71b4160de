// The periods of a year that targets are for, in the workspace's own year.

import type { SpanKind } from "./search";

export interface Span {
  label: string; // as the API writes it: `2026-10`, `2026-Q4`, `FY2027`
  start: string; // first day
  end: string; // first day not in it
}

const MONTHS: Record<SpanKind, number> = { month: 1, quarter: 3, year: 12 };

/** The year a day lies in; a fiscal year is named by the calendar year it ends in. */
export function yearOf(day: string, fiscalStarts: number): number {
  const [year, month] = day.split("-").map(Number) as [number, number];
  return fiscalStarts > 1 && month >= fiscalStarts ? year + 1 : year;
}

/** The year in periods, and then the year itself. */
export function spansOf(kind: SpanKind, year: number, fiscalStarts: number): Span[] {
  const first = fiscalStarts > 1 ? (year - 1) * 12 + fiscalStarts - 1 : year * 12;
  const day = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`;
  const step = MONTHS[kind];
  const starts = Array.from({ length: 12 / step }, (_, at) => first + at * step);
  const parts = starts.map((month, at): Span => ({ label: labelOf(kind, year, at, month, fiscalStarts > 1), start: day(month), end: day(month + step) }));
  return kind === "year" ? parts : [...parts, ...spansOf("year", year, fiscalStarts)];
}

function labelOf(kind: SpanKind, year: number, at: number, month: number, fiscal: boolean): string {
  const named = `${fiscal ? "FY" : ""}${year}`;
  if (kind === "year") return named;
  return kind === "quarter" ? `${named}-Q${at + 1}` : `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}`;
}

interface Paced {
  period: Pick<Span, "start" | "end">;
  pace: { state: "coming" | "running" | "over" } | null;
}

const STATES = ["running", "over", "coming"] as const;

/** The target whose pace is told of several: the shortest that is running, else the last that is over, else the next. */
export function shownOf<One extends Paced>(targets: readonly One[]): One | undefined {
  const rank = (one: One) => (one.pace ? STATES.indexOf(one.pace.state) : STATES.length);
  const day = (text: string) => Date.parse(text);
  const within = ({ period, pace }: One) => (pace?.state === "running" ? day(period.end) - day(period.start) : pace?.state === "over" ? -day(period.end) : day(period.start));
  return [...targets].sort((a, b) => rank(a) - rank(b) || within(a) - within(b)).find((one) => one.pace);
}
