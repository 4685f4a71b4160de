// Whom to look after: renewals due and customers at risk, kept by what the page's filter says of them.

import type { Todo } from "@/api/queries";

export const POOR = 60; // below it an account's health is in the red

export const number = (item: Pick<Todo, "numbers">, name: string): number | null => {
  const found = item.numbers[name];
  return typeof found === "number" ? found : null;
};

export const isPoor = (item: Pick<Todo, "numbers">): boolean => {
  const health = number(item, "health");
  return health !== null && health < POOR;
};

const KNOWN: Record<string, (item: Todo) => string | null> = { tier: (item) => item.tier, owner_id: (item) => item.owner_id };

/** Those the filter leaves, and what of it cannot be asked of them. */
export function narrowed(items: readonly Todo[], filters: Record<string, string[]> = {}): { items: Todo[]; ignored: string[] } {
  const names = Object.keys(filters).filter((name) => filters[name]?.length);
  const fit = (item: Todo) => names.every((name) => !KNOWN[name] || filters[name]?.includes(KNOWN[name](item) ?? "(unknown)"));
  return { items: items.filter(fit), ignored: names.filter((name) => !KNOWN[name]) };
}

export const SPANS = [30, 60, 90] as const;

export interface Span {
  until: (typeof SPANS)[number];
  items: Todo[];
  value: number | null; // of their contracts; null where none of them is known
  poor: number; // of them with poor health
  poorValue: number;
}

const sum = (items: readonly Todo[]): number => items.reduce((all, item) => all + (item.at_stake ?? 0), 0);

/** Thirty days each. */
export function spansOf(items: readonly Todo[]): Span[] {
  return SPANS.map((until) => {
    const here = inSpan(items, until);
    const poor = here.filter(isPoor);
    return { until, items: here, value: here.some((item) => item.at_stake !== null) ? sum(here) : null, poor: poor.length, poorValue: sum(poor) };
  });
}

export const inSpan = (items: readonly Todo[], until: number): Todo[] =>
  items.filter((item) => {
    const days = number(item, "days");
    return days !== null && days <= until && (days > until - 30 || until === 30);
  });
