// Who carries how much, beside the middle of the team: what is in hand, how close accounts are looked after, what to do.

import type { Portfolio } from "@/api/team";
import { counted, show } from "@/words/format";

export const PARTS = ["touches", "open_deals", "open_tickets"] as const; // of a load
export type Part = (typeof PARTS)[number];

export const PART_WORDS: Record<Part, string> = { touches: "own touches", open_deals: "open deals", open_tickets: "open tickets" };

export interface Weighed {
  portfolio: Portfolio;
  load: number | null; // 1 is the team's middle
  parts: Partial<Record<Part, number>>; // each against its own middle
  state: "over" | "room" | "even" | "unknown";
}

const LEAST = 3; // people, before a middle says something
const LEAST_MIDDLE = 5; // two tickets instead of one are no double load
const OVER = 1.25;
const ROOM = 0.75;
const LOW = 0.8; // of the coverage in the middle

export function middleOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined).sort((a, b) => a - b);
  if (!known.length) return null;
  const half = known.length >> 1;
  return known.length % 2 ? (known[half] as number) : ((known[half - 1] as number) + (known[half] as number)) / 2;
}

const managed = (portfolios: readonly Portfolio[]): Portfolio[] => portfolios.filter((one) => one.employee_id !== null);

/** Each part's middle, where it says something: of three people or more, and not of a few things. */
export function middlesOf(portfolios: readonly Portfolio[]): Partial<Record<Part, number>> {
  const people = managed(portfolios);
  const told = PARTS.map((part) => [part, people.length < LEAST ? null : middleOf(people.map((one) => one.load[part]))] as const);
  return Object.fromEntries(told.filter(([, middle]) => middle !== null && middle >= LEAST_MIDDLE));
}

/** The load of each: how many times the middle he has in hand, touches, deals and tickets counting alike. */
export function weigh(portfolios: readonly Portfolio[]): Weighed[] {
  const middles = middlesOf(portfolios);
  return portfolios.map((portfolio): Weighed => {
    const known = portfolio.employee_id === null ? [] : PARTS.filter((part) => middles[part] !== undefined && typeof portfolio.load[part] === "number");
    const parts = Object.fromEntries(known.map((part) => [part, (portfolio.load[part] as number) / (middles[part] as number)])) as Weighed["parts"];
    const load = known.length ? known.reduce((sum, part) => sum + (parts[part] as number), 0) / known.length : null;
    const state = load === null ? "unknown" : load >= OVER ? "over" : load <= ROOM ? "room" : "even";
    return { portfolio, load, parts, state };
  });
}

/** The share of all accounts of some portfolios that was touched within some days. */
export function touchedOf(portfolios: readonly Portfolio[], which: "touched_30_days" | "touched_90_days"): number | null {
  const known = portfolios.filter((one) => one[which] !== null);
  const accounts = known.reduce((sum, one) => sum + one.accounts, 0);
  return accounts ? known.reduce((sum, one) => sum + (one[which] as number) * one.accounts, 0) / accounts : null;
}

export interface Advice {
  id: string;
  name: string;
  tone: "bad" | "warn" | "good";
  title: string;
  reasons: string[];
}

/** Who needs help first: carries too much and falls behind, then either; then who could take accounts over. */
export function adviceOf(weighed: readonly Weighed[]): Advice[] {
  const portfolios = weighed.map((one) => one.portfolio);
  const middles = middlesOf(portfolios);
  const people = managed(portfolios);
  const covered = people.length < LEAST ? null : middleOf(people.map((one) => one.touched_90_days));
  const found = weighed.flatMap((one): (Advice & { weight: number })[] => {
    const { portfolio, load, state } = one;
    if (portfolio.employee_id === null) return [];
    const behind = covered !== null && portfolio.touched_90_days !== null && portfolio.touched_90_days < covered * LOW;
    const title = state === "over" ? (behind ? "Carries too much and falls behind" : "Carries too much") : behind ? "Falls behind" : state === "room" ? "Has room" : "";
    if (!title) return [];
    const reasons = [...(state === "over" ? [heavyWords(one, middles)] : []), ...(state === "room" ? [`${times(load)} the team's middle in hand.`] : [])];
    if (behind) reasons.push(`${share(portfolio.touched_90_days)} of ${counted(portfolio.accounts, "account")} touched in 90 days; the middle is ${share(covered)}.`);
    const tone = state === "over" ? "bad" : behind ? "warn" : "good";
    const weight = (state === "over" ? 10 + (load ?? 0) : 0) + (behind ? 5 : 0) - (tone === "good" ? (load ?? 0) : 0);
    return [{ id: portfolio.employee_id, name: portfolio.name ?? portfolio.employee_id, tone, title, reasons, weight }];
  });
  return found.sort((a, b) => b.weight - a.weight).map(({ weight: _order, ...advice }) => advice);
}

const times = (load: number | null): string => `${show(load, { unit: "ratio" })} times`;
const share = (value: number | null): string => show(value, { unit: "fraction" });

function heavyWords({ portfolio, load, parts }: Weighed, middles: Partial<Record<Part, number>>): string {
  const heavy = PARTS.filter((part) => (parts[part] ?? 0) >= OVER).map((part) => `${portfolio.load[part]} ${PART_WORDS[part]} (middle ${show(middles[part], { unit: "count" })})`);
  return `${times(load)} the team's middle${heavy.length ? `: ${heavy.join(", ")}` : ""}.`;
}

/** Tier after tier: `A 3 · B 8`. */
export const tierWords = (tiers: Record<string, number>): string =>
  Object.entries(tiers)
    .sort(([a], [b]) => Number(a.startsWith("(")) - Number(b.startsWith("(")) || a.localeCompare(b))
    .map(([tier, count]) => `${tier.startsWith("(") ? "none" : tier} ${count}`)
    .join(" · ");
