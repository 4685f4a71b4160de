// The state of a page as the words of its address: readable, typed, and the same after Back.

import { GRAINS, type Grain } from "./periods";

/** What every page is asked for. Absent means the page's own default. */
export interface Filter {
  period?: string;
  grain?: Grain;
  compare?: "previous" | "year-ago" | "none";
  scope?: string;
  filters?: Record<string, string[]>; // dimension → the values kept
  where?: string; // a condition that is more than values kept
}

/** The number whose explanation is open; absent parts are taken from the page. */
export interface Explained {
  kpi: string;
  period?: string;
  by?: Record<string, string>; // the group the number stands for
  where?: string; // all conditions it stands under but its group; without, those of the page
  scope?: string;
  snapshot?: string; // the state of the data it was told from, where that is not the current one
  rows?: ExplainedRows; // those of its rows that are listed
}

export interface ExplainedRows {
  measure: string;
  which: string; // counted, left_out, kept …
  reason?: string;
}

export interface PageSearch extends Filter {
  explain?: Explained;
}

/** Any question, as the explore page shows it. */
export interface Explorable extends PageSearch {
  kpis?: string[];
  by?: string[];
  top?: number; // only so many groups
  lowest?: boolean; // those that come last
  sentence?: string; // what was typed, where it came from the ask bar
}

export type Words = Record<string, string | string[] | undefined>;

/**
 * `?a=1&b=2&b=3` as words, nothing guessed to be a number; filters and an open explanation as the state they stand for.
 *
 * As words they would stay beside the state that is read from them, and be written a second time.
 */
export function parseWords(search: string): Record<string, unknown> {
  const found: Words = {};
  for (const [key, value] of new URLSearchParams(search)) {
    const known = found[key];
    found[key] = known === undefined ? value : [...[known].flat(), value];
  }
  const plain = Object.entries(found).filter(([key]) => !/^(f\..|x$|x\.)/.test(key));
  return without({ ...Object.fromEntries(plain), filters: readFilters(found), explain: readExplained(found) });
}

/** Nested state flattened to words: filters as `f.tier=A`, an open explanation as `x=…&x.period=…&x.by.tier=A`. */
export function writeWords(state: Record<string, unknown>): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) for (const [name, text] of flat(key, value)) words.append(name, text);
  const text = words
    .toString()
    .replaceAll("%2C", ",")
    .replaceAll("%28", "(")
    .replaceAll("%29", ")")
    .replaceAll("%3A", ":");
  return text ? `?${text}` : "";
}

function* flat(key: string, value: unknown): Generator<[string, string]> {
  if (value === undefined || value === null || value === "") return;
  if (Array.isArray(value)) for (const one of value) yield [key, String(one)];
  else if (key === "filters")
    for (const [name, kept] of Object.entries(value)) for (const one of kept as string[]) yield [`f.${name}`, one];
  else if (key === "explain") yield* flatExplained(value as Explained);
  else yield [key, String(value)];
}

const SAID = ["period", "where", "scope", "snapshot"] as const;

function* flatExplained(explained: Explained): Generator<[string, string]> {
  yield ["x", explained.kpi];
  for (const name of SAID) if (explained[name] !== undefined) yield [`x.${name}`, explained[name]];
  for (const [name, value] of Object.entries(explained.by ?? {})) yield [`x.by.${name}`, value];
  if (!explained.rows) return;
  yield ["x.measure", explained.rows.measure];
  yield ["x.which", explained.rows.which];
  if (explained.rows.reason) yield ["x.reason", explained.rows.reason];
}

export const one = (word: unknown): string | undefined => {
  const first = Array.isArray(word) ? word[0] : word;
  return typeof first === "string" && first !== "" ? first : undefined;
};

export const many = (word: unknown): string[] =>
  (Array.isArray(word) ? word : word === undefined ? [] : [word]).filter((part) => typeof part === "string" && part);

export function oneOf<T extends string>(word: unknown, choices: readonly T[]): T | undefined {
  const found = one(word);
  return choices.find((choice) => choice === found);
}

/** What all pages share, out of the address, or out of state that was already read. What makes no sense is left out. */
export function readPage(words: Record<string, unknown>): PageSearch {
  return without({
    period: one(words.period),
    grain: oneOf(words.grain, GRAINS),
    compare: oneOf(words.compare, ["previous", "year-ago", "none"] as const),
    scope: one(words.scope),
    where: one(words.where),
    filters: isRecord(words.filters) ? (words.filters as Record<string, string[]>) : readFilters(words),
    explain: isRecord(words.explain) ? (words.explain as unknown as Explained) : readExplained(words),
  });
}

function readFilters(words: Record<string, unknown>): Record<string, string[]> | undefined {
  const named = Object.keys(words).filter((key) => key.startsWith("f.") && key.length > 2);
  return named.length ? Object.fromEntries(named.map((key) => [key.slice(2), many(words[key])])) : undefined;
}

function readExplained(words: Record<string, unknown>): Explained | undefined {
  const kpi = one(words.x);
  if (!kpi) return undefined;
  const by: Record<string, string> = {};
  for (const key of Object.keys(words)) if (key.startsWith("x.by.")) by[key.slice(5)] = one(words[key]) ?? "";
  const [measure, which] = [one(words["x.measure"]), one(words["x.which"])];
  const rows = measure && which ? without({ measure, which, reason: one(words["x.reason"]) }) : undefined;
  const said = Object.fromEntries(SAID.map((name) => [name, one(words[`x.${name}`])]));
  return without({ kpi, ...said, by: Object.keys(by).length ? by : undefined, rows });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same without what is absent, so that equal states are equal. */
export function without<T extends object>(state: T): T {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined)) as T;
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The condition a question is asked with: `tier in ('A', 'B') and segment in ('Enterprise')`. */
export function whereOf(filters: Record<string, string[]> | undefined, by?: Record<string, string>): string | undefined {
  const conditions = [
    ...Object.entries(filters ?? {}).filter(([, values]) => values.length),
    ...Object.entries(by ?? {}).map(([name, value]): [string, string[]] => [name, [value]]),
  ].map(([name, values]) => `${name} in (${values.map(literal).join(", ")})`);
  return conditions.length ? conditions.join(" and ") : undefined;
}

/** KPIs written in one word, apart: commas within brackets belong to options. */
export function splitKpis(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let word = "";
  for (const letter of text) {
    if ("([{".includes(letter)) depth += 1;
    if (")]}".includes(letter)) depth -= 1;
    if (letter === "," && depth === 0) {
      found.push(word);
      word = "";
    } else word += letter;
  }
  return [...found, word].map((part) => part.trim()).filter(Boolean);
}

/** What a page shows as the words a view is kept by: its address without what is explained beside it. */
export const viewWords = (state: Record<string, unknown>): string => writeWords(without({ ...state, explain: undefined })).replace(/^\?/, "");

/** Whether two addresses say the same, in whatever order their parts stand. */
export const sameWords = (one: string, other: string): boolean => sorted(one) === sorted(other);

const sorted = (words: string): string => words.split("&").sort().join("&");

/** The name of a KPI asked with options. */
export const plainKpi = (asked: string): string => asked.split("(")[0] as string;
