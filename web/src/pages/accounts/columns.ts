// Columns of the table: an attribute, or of a KPI its value, its change or its course; each is one word of the address.

import type { Catalog, KpiShort } from "@/api/queries";
import { dimensionLabel } from "@/shell/AddFilter";
import { meaningOf } from "@/words/change";
import { showChange, signedValue } from "@/words/format";
import { plainKpi } from "@/words/search";

export type Shows = "attribute" | "value" | "change" | "course";

export interface Column {
  key: string; // `tier`, `mrr`, `mrr.change`, `mrr.course`
  asked: string; // what the API is asked for: `tier`, `mrr`
  shows: Shows;
  title: string; // `Health score, change`
  label: string; // `Health score`
  note: string; // `change`
  about?: string;
  kpi?: KpiShort;
  type?: string; // of an attribute
  number: boolean;
  width: number; // pixels
}

export const NAME = "name"; // the first column of every table, which never leaves
export const NAME_PX = 240;
export const LEAST_PX = 64;
export const MOST_PX = 560;
export const STEP_PX = 24; // by keyboard

const SUFFIXES: readonly [string, Shows][] = [
  [".change", "change"],
  [".course", "course"],
];
const WIDTHS: Record<Shows, number> = { attribute: 124, value: 116, change: 122, course: 128 };
const NARROW: Record<string, number> = { tier: 72, country: 110 };
const [LETTER_PX, BESIDE_PX] = [6.7, 57]; // of a heading: its letters; its arrow, menu and edges
const LINES = { plain: 3, noted: 2 }; // as many as a heading has, and those above its note
const NUMBERS = /^(BIGINT|INTEGER|DOUBLE|DECIMAL)/;
const HIDDEN = new Set(["account_id_given", NAME]);

export const keyOf = (asked: string, shows: Shows): string =>
  shows === "change" || shows === "course" ? `${asked}.${shows}` : asked;

export function splitKey(key: string): { asked: string; suffix: Shows | undefined } {
  const found = SUFFIXES.find(([ending]) => key.endsWith(ending));
  return found ? { asked: key.slice(0, -found[0].length), suffix: found[1] } : { asked: key, suffix: undefined };
}

/** What an account can tell of itself; the stage of its journey is always known. */
export const attributesOf = (catalog: Catalog): Record<string, string> =>
  Object.fromEntries(Object.entries({ stage: "VARCHAR", ...catalog.attributes }).filter(([name]) => !HIDDEN.has(name)));

const SPOKEN: Record<string, string> = {
  account_id: "Account id",
  annual_revenue: "Annual revenue",
  parent_account_id: "Parent",
  ultimate_parent_id: "Ultimate parent",
  created_at: "Known since",
  fit_score: "Fit score",
};

export function attributeLabel(name: string): string {
  const text = SPOKEN[name] ?? dimensionLabel(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The columns named, in order; what neither the catalog nor the accounts know is left out. */
export function columnsOf(keys: readonly string[], catalog: Catalog, widths: ReadonlyMap<string, number>): Column[] {
  const attributes = attributesOf(catalog);
  const kpis = new Map(catalog.kpis.map((kpi) => [kpi.name, kpi]));
  return keys.flatMap((key): Column[] => {
    const { asked, suffix } = splitKey(key);
    const type = attributes[asked];
    const kpi = kpis.get(plainKpi(asked));
    if (type !== undefined && !suffix)
      return [{ key, asked, shows: "attribute", ...titled(attributeLabel(asked), ""), type, number: NUMBERS.test(type), width: widths.get(key) ?? NARROW[key] ?? WIDTHS.attribute }];
    if (!kpi) return [];
    const shows = suffix ?? "value";
    const options = asked.slice(kpi.name.length);
    const note = shows === "value" ? "" : shows === "change" ? "change" : "12 months";
    const label = `${kpi.label}${options ? ` ${options}` : ""}`;
    return [{ key, asked, shows, ...titled(label, note), about: kpi.asks, kpi, number: shows !== "course", width: widths.get(key) ?? Math.max(WIDTHS[shows], headingPx(label, note ? LINES.noted : LINES.plain)) }];
  });
}

/** The least width at which a heading is read whole: of all ways to break it into so many lines, the narrowest. */
function headingPx(label: string, lines: number): number {
  const words = label.split(" ");
  let letters = Math.max(...words.map((word) => word.length));
  while (linesAt(words, letters) > lines) letters += 1;
  return Math.min(MOST_PX, Math.ceil(letters * LETTER_PX + BESIDE_PX));
}

/** How many lines words take that are so many letters long. */
function linesAt(words: readonly string[], letters: number): number {
  let [lines, left] = [0, 0];
  for (const { length } of words) {
    const fits = length + 1 <= left;
    lines += fits ? 0 : 1;
    left = (fits ? left - 1 : letters) - length;
  }
  return lines;
}

/** What a question must hold so that all of these can be shown, each once. */
export const askedOf = (columns: readonly Column[]): string[] => [
  ...new Set(columns.filter((column) => column.shows !== "course").map((column) => column.asked)),
];

export const coursesOf = (columns: readonly Column[]): string[] =>
  columns.filter((column) => column.shows === "course").map((column) => column.asked);

/** What a click on its heading puts in order; a course goes by the figure of the period. */
export const sortsBy = (column: Column): string => (column.shows === "course" ? column.asked : column.key);

/** The order as it can be asked: of a course by its KPI. */
export const plainSort = (sort: string): string => sort.replace(/\.course$/, "");

/** The order a click on a heading brings: numbers from the highest, words from A, then the other way about. */
export function nextSort(sort: string, key: string, number: boolean): string {
  if (sort === key) return `-${key}`;
  if (sort === `-${key}`) return key;
  return number ? `-${key}` : key;
}

const titled = (label: string, note: string) => ({ label, note, title: note ? `${label}, ${note}` : label });

export function readWidths(words: readonly string[] | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const word of words ?? []) {
    const cut = word.lastIndexOf(":");
    const width = Number(word.slice(cut + 1));
    if (cut > 0 && Number.isFinite(width)) found.set(word.slice(0, cut), Math.max(LEAST_PX, Math.min(MOST_PX, Math.round(width))));
  }
  return found;
}

/** Widths as words of the address, of columns that are shown; undefined where none was changed. */
export function writeWidths(widths: ReadonlyMap<string, number>, keys: readonly string[]): string[] | undefined {
  const kept = [...widths].filter(([key]) => key === NAME || keys.includes(key)).map(([key, width]) => `${key}:${width}`);
  return kept.length ? kept : undefined;
}

/** Where a figure lies among all accounts: -1 (5th percentile) over 0 (median) to 1 (95th), and what that means. */
export interface Heat {
  side: number;
  meaning: "good" | "bad" | "neutral";
}

const NEAR = 0.08; // so close to the median that it says nothing

export function heatOf(value: number | null, scale: Record<string, number> | null | undefined, good: KpiShort["good"] | undefined): Heat | undefined {
  const { low, middle, high } = scale ?? {};
  if (value === null || low === undefined || middle === undefined || high === undefined) return undefined;
  const room = value >= middle ? high - middle : middle - low;
  const away = value - middle;
  const side = away === 0 ? 0 : room > 0 ? Math.max(-1, Math.min(1, away / room)) : Math.sign(away);
  const meaning = Math.abs(side) < NEAR ? "neutral" : meaningOf(side, good);
  return { side, meaning: meaning === "none" ? "neutral" : meaning };
}

export const HEAT_WORDS: Record<Heat["meaning"], string> = { good: "better than most", bad: "worse than most", neutral: "" };

/** How far it moved in its own unit, which is what the order goes by; shares in points. */
export const changeText = (change: number, look: { unit: string; currency?: string }): string =>
  ["fraction", "points", "ratio"].includes(look.unit) ? showChange(change, null, look) : signedValue(change, look);

/** What a column or an order names: `-mrr.change` is of `mrr`. */
export const named = (word: string): string => plainKpi(splitKey(word.replace(/^-/, "")).asked);

/** What a bound is of: `mrr.change < 0` of mrr. */
export const boundOf = (bound: string): string => named(bound.trim().split(/[\s<>=]/)[0] as string);

/** What columns, the order and bounds name that neither the catalog nor the accounts know any more. */
export function goneOf(keys: readonly string[], sort: string | undefined, having: readonly string[], catalog: Catalog): string[] {
  const known = new Set([NAME, ...Object.keys(attributesOf(catalog)), ...catalog.kpis.map((kpi) => kpi.name)]);
  return [...new Set([...[...keys, ...(sort ? [sort] : [])].map(named), ...having.map(boundOf)])].filter((name) => !known.has(name));
}
