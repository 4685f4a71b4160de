// A draft while it is typed: what it begins with, names out of words, words put into the formula, what is missing.

import type { Draft, Fault, Taken } from "@/api/composing";
import { found } from "@/words/finding";
import { one, type PageSearch, readPage, without } from "@/words/search";

export interface ComposeSearch extends PageSearch {
  formula?: string;
  label?: string;
  unit?: string;
}

export const readCompose = (words: Record<string, unknown>): ComposeSearch =>
  without({ ...readPage(words), formula: one(words.formula), label: one(words.label), unit: one(words.unit) });

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
