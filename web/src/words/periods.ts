// Periods as the API writes them (first day, first day not in it), in the reader's words.

import type { Period } from "./answer";

export const PERIODS: readonly { value: string; label: string }[] = [
  { value: "this-month", label: "This month" },
  { value: "last-month", label: "Last month" },
  { value: "this-quarter", label: "This quarter" },
  { value: "last-quarter", label: "Last quarter" },
  { value: "this-year", label: "This year" },
  { value: "year-to-date", label: "Year to date" },
  { value: "last-year", label: "Last year" },
  { value: "last-30-days", label: "Last 30 days" },
  { value: "last-90-days", label: "Last 90 days" },
  { value: "last-6-months", label: "Last 6 months" },
  { value: "last-12-months", label: "Last 12 months" },
  { value: "last-4-quarters", label: "Last 4 quarters" },
  { value: "last-8-quarters", label: "Last 8 quarters" },
];

export const GRAINS = ["total", "day", "week", "month", "quarter", "year"] as const;
export type Grain = (typeof GRAINS)[number];

export const COMPARISONS: Record<string, { label: string; beside: string }> = {
  previous: { label: "Period before", beside: "the period before" },
  "year-ago": { label: "Year before", beside: "a year before" },
};

export const periodLabel = (value: string, locale?: string): string =>
  PERIODS.find((known) => known.value === value)?.label ?? spoken(value, locale);

/** `last-3-weeks` as words, `2026-Q2` as people write it; the ends of a span each so. */
function spoken(value: string, locale?: string): string {
  const [first = "", last] = value.split("..");
  if (last !== undefined) return `${spoken(first, locale)} – ${last === "today" ? last : spoken(last, locale)}`;
  const written = labelText(value, locale);
  if (written) return written;
  const words = /^[a-z]/.test(value) ? value.replaceAll("-", " ") : value;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `Sep 2026`, `Q3 2026`, `W31 2026`, `3 Sep 2026`; undefined where a label says none of these. */
function labelText(label: string, locale?: string): string | undefined {
  if (/^\d{4}-\d{2}$/.test(label)) return written(day(`${label}-01`), locale, { month: "short", year: "numeric" });
  const part = /^(FY)?(\d{4})-([QW]\d+)$/i.exec(label);
  if (part) return `${part[3]?.toUpperCase()} ${part[1]?.toUpperCase() ?? ""}${part[2]}`;
  if (/^\d{4}-\d{2}-\d{2}$/.test(label)) return written(day(label), locale, { dateStyle: "medium" });
  return /^FY\d{4}$/i.test(label) ? label.toUpperCase() : undefined;
}

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const DAY_MS = 86_400_000;

const written = (date: Date, locale: string | undefined, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options }).format(date);

/** `1 Jul – 30 Sep 2026`, both ends included. */
export function spanText(period: Pick<Period, "start" | "end">, locale?: string): string {
  const first = day(period.start);
  const last = new Date(day(period.end).getTime() - DAY_MS);
  const range = new Intl.DateTimeFormat(locale, { timeZone: "UTC", dateStyle: "medium" });
  return first.getTime() === last.getTime() ? range.format(first) : range.formatRange(first, last);
}

/** A column's heading: `Sep 2026`, `Q3 2026`, `2026`, `W31 2026`; other spans as their days. */
export function periodName(period: Period, locale?: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(period.label)) return written(day(period.start), locale, { day: "numeric", month: "short" });
  if (/^(FY)?\d{4}$/.test(period.label)) return period.label;
  return labelText(period.label, locale) ?? spanText(period, locale);
}

/** The last of the twelve months that a figure's trend shows: those that end with its period. */
export function trendOf(period: Period): { period: string; grain: Grain } {
  const last = new Date(day(period.end).getTime() - DAY_MS);
  const days = (day(period.end).getTime() - day(period.start).getTime()) / DAY_MS;
  if (days <= 7) return { period: `${iso(new Date(last.getTime() - 27 * DAY_MS))}..${iso(last)}`, grain: "day" };
  const months = Math.max(12, Math.min(36, Math.round(days / 30.4)));
  const first = new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - months + 1, 1));
  return { period: `${iso(first).slice(0, 7)}..${iso(last).slice(0, 7)}`, grain: "month" };
}

/** The same days as a question's period: exact also where the first or last of several is cut short. */
export function periodAsked(period: Pick<Period, "start" | "end">): string {
  const last = new Date(day(period.end).getTime() - DAY_MS);
  return `${period.start}..${iso(last)}`;
}

const iso = (date: Date): string => date.toISOString().slice(0, 10);

let house: string | undefined; // the workspace's time zone: a contract ends on the same day for whoever looks

export const keepZone = (zone: string | undefined): void => {
  house = zone;
};

/** The day of a moment in the workspace, or a day as it is. */
export function dateText(moment: string, locale?: string): string {
  const bare = !moment.includes("T");
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: bare ? "UTC" : house }).format(instant(moment));
}

/** `2026-09-30`, in the workspace or (`own`) where the reader is. */
export const isoDay = (moment: string, own = false): string =>
  new Intl.DateTimeFormat("en-CA", { timeZone: own ? undefined : house, dateStyle: "short" }).format(instant(moment));

/** The last instant before a moment: what goes to midnight ends on the day before. */
export const lastDay = (moment: string): string => new Date(instant(moment).getTime() - 1).toISOString();

/** An instant of the API: in UTC, also where it does not say so. */
const instant = (moment: string): Date => new Date(/T.*(Z|[+-]\d\d:?\d\d)$/.test(moment) || !moment.includes("T") ? moment : `${moment}Z`);

/** Whether it is midnight in the workspace: what was recorded as a day has no hour, and is that day for whoever looks. */
export const isMidnight = (moment: string): boolean =>
  new Intl.DateTimeFormat("en-GB", { timeZone: house, timeStyle: "medium" }).format(instant(moment)) === "00:00:00";

export function momentText(moment: string, locale?: string): string {
  if (isMidnight(moment)) return dateText(moment, locale);
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(instant(moment));
}

/** The hour where the reader is; none of a day. */
export const hourText = (moment: string, locale?: string): string =>
  isMidnight(moment) ? "" : new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(instant(moment));

/** Of times that lie so far off: `yesterday`, `in 3 months`. */
export const relative = (locale?: string) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

/** `3 hours ago`, `52 days ago`. */
export function agoText(moment: string, now: Date, locale?: string): string {
  const seconds = (instant(moment).getTime() - now.getTime()) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return relative(locale).format(Math.round(seconds / size), unit);
}

export const daysOld = (moment: string, now: Date): number => (now.getTime() - instant(moment).getTime()) / DAY_MS;
