// What the ask bar understood, as the state of the explore page.

import { type Grain, periodLabel } from "./periods";
import type { Explorable } from "./search";

/** A question as the API reads it out of a sentence. */
export interface ReadQuestion {
  kpis: string[];
  by?: string[];
  period?: string;
  grain?: string;
  where?: string;
  scope?: string;
  compare?: string[];
  top?: number;
  top_by?: "value" | "change";
  lowest?: boolean;
}

const EQUALS = /^([\w.]+) = '((?:[^']|'')*)'$/;

/** The address of the answer: plain conditions become filters, others stay as they are. */
export function exploreOf(question: ReadQuestion, sentence: string): Explorable {
  const filters: Record<string, string[]> = {};
  const others: string[] = [];
  for (const condition of question.where?.split(" and ") ?? []) {
    const [, name, value] = EQUALS.exec(condition) ?? [];
    if (name && value !== undefined && !(name in filters)) filters[name] = [value.replaceAll("''", "'")];
    else others.push(condition);
  }
  const compare = question.compare?.[0];
  return {
    kpis: question.kpis,
    by: question.by,
    period: question.period,
    grain: question.grain as Grain | undefined,
    scope: question.scope,
    compare: compare === "previous" || compare === "year-ago" ? compare : undefined,
    filters: Object.keys(filters).length ? filters : undefined,
    where: others.length ? others.join(" and ") : undefined,
    top: question.top,
    lowest: question.lowest || undefined,
    sentence,
  };
}

/** How a part of the sentence was taken, in words. */
export function partWords(part: { kind: string; label: string; value: string }): string {
  if (part.kind === "period") return periodLabel(part.value);
  if (part.kind === "by") return `by ${part.label.toLowerCase()}`;
  if (part.kind === "grain") return `by ${part.value}`;
  if (part.kind === "compare") return part.value === "year-ago" ? "against a year before" : "against the period before";
  if (part.kind === "top") return `top ${part.value}`;
  if (part.kind === "scope") return part.label.replace("_", " ");
  return part.label;
}
