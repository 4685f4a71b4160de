// A draft while it is typed: what it begins with, names out of words, words put into the formula, what is missing.

import type { Draft, Fault, Taken } from "@/api/composing";
import { found } from "@/words/finding";
import { one, type PageSearch, readPage, without } from "@/words/search";

export interface ComposeSearch extends PageSearch {
  formula?: string;
  label?: string;
  unit?: string;
  takes?: string; // options of the KPIs it takes, as JSON
}

export const readCompose = (words: Record<string, unknown>): ComposeSearch =>
  without({ ...readPage(words), formula: one(words.formula), label: one(words.label), unit: one(words.unit), takes: one(words.takes) });

export const EMPTY: Draft = {
  name: "",
  label: "",
  asks: "",
  family: "own",
  unit: "money",
  good: "up",
  leads: "lagging",
  review: "monthly",
  formula: "",
  takes: {},
  notes: "",
  sources: [],
};

const LONGEST_NAME = 60;

/** What a label is called by in questions: `Won per €` → `won_per`. */
export const nameOf = (label: string): string =>
  label
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, LONGEST_NAME);

/** A word put where the cursor is, apart from other words; and where the cursor is then. */
export function inserted(formula: string, word: string, start: number, end: number): { formula: string; cursor: number } {
  const [before, after] = [formula.slice(0, start), formula.slice(end)];
  const text = `${before && !/[\s(]$/.test(before) ? " " : ""}${word}${after && !/^[\s),]/.test(after) ? " " : ""}`;
  return { formula: before + text + after, cursor: before.length + text.length };
}

/** The formula with what a fault suggests in its place; nothing where it suggests nothing. */
export function mended(formula: string, fault: Fault): string | undefined {
  const meant = /^Did you mean '([^']+)'\?/.exec(fault.mend)?.[1];
  if (!meant || fault.start === null || fault.end === null) return undefined;
  const faulty = formula.slice(fault.start, fault.end);
  const [base] = faulty.split(".");
  const word = faulty.includes(".") && fault.what.includes("has no measure") ? `${base}.${meant}` : faulty.replace(base as string, meant);
  return formula.slice(0, fault.start) + word + formula.slice(fault.end);
}

/** KPIs by words of their names, questions, or of what their measures count; best first. */
export function looked(kpis: readonly Taken[], text: string): Taken[] {
  const first = found(kpis, text);
  const words = text.toLowerCase().trim().split(/[\s_]+/).filter(Boolean);
  const counts = (kpi: Taken) => kpi.measures.some((one) => words.every((word) => `${one.name} ${one.sentence}`.toLowerCase().includes(word)));
  return words.length ? [...first, ...kpis.filter((kpi) => !first.includes(kpi) && counts(kpi))] : first;
}

export type Choice = Taken["options"][number];
export type TakesOptions = Record<string, Record<string, unknown>>; // by KPI, then by option

/** The KPIs a formula names, in whole or a measure of them, in its order. */
export function namedIn(formula: string, kpis: readonly Taken[]): Taken[] {
  const known = new Map(kpis.map((kpi) => [kpi.name, kpi]));
  const bases = (formula.match(/[A-Za-z_][\w.]*/g) ?? []).map((word) => word.split(".")[0] as string);
  return [...new Set(bases)].flatMap((name) => known.get(name) ?? []);
}

/** What is said of KPIs that the formula names; of others it is kept while typing, and not sent. */
export const takenBy = (takes: TakesOptions, named: readonly Taken[]): TakesOptions =>
  Object.fromEntries(named.flatMap(({ name }) => (Object.keys(takes[name] ?? {}).length ? [[name, takes[name] as Record<string, unknown>]] : [])));

export function readTakes(text: string | undefined): TakesOptions {
  try {
    const told: unknown = JSON.parse(text ?? "{}");
    const maps = told && typeof told === "object" && Object.values(told).every((one) => one && typeof one === "object" && !Array.isArray(one));
    return maps ? (told as TakesOptions) : {};
  } catch {
    return {};
  }
}

/** Values among which one is chosen; none where one is typed. */
export const choicesOf = (option: Choice): unknown[] => (option.values.length ? option.values : typeof option.value === "boolean" ? [true, false] : []);

/** A value as it is typed: lists by commas, mappings as JSON. */
export function optionText(value: unknown): string {
  if (Array.isArray(value)) return value.map(optionText).join(", ");
  if (value === null) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What somebody typed as the kind of value the option has; what cannot be read so is left to be refused. */
export function typedOption(text: string, option: Choice): unknown {
  if (!text.trim()) return undefined;
  if (Array.isArray(option.value)) return text.split(",").map(scalar);
  if (option.value && typeof option.value === "object") {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return scalar(text);
}

const scalar = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text.trim());

/** What has to be filled in before it can be kept. */
export function missing(draft: Draft): string[] {
  const told: [string, string][] = [
    [draft.formula, "a formula"],
    [draft.label, "a label"],
    [draft.name, "a name"],
    [draft.asks, "the question it answers"],
  ];
  return told.filter(([text]) => !text.trim()).map(([, word]) => word);
}
