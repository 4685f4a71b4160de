// How a target runs, in words: a verdict, the facts it rests on, and where on a bar they lie.

import type { components } from "@/api/schema";
import { type Look, numberText, show, showInterval } from "./format";

type Schemas = components["schemas"];
export type Target = Schemas["TargetTold"];
export type Pace = Schemas["PaceTold"];

export type Tone = "good" | "bad" | "neutral";

export interface Verdict {
  words: string;
  tone: Tone;
  way: -1 | 0 | 1; // of the arrow beside it: behind, on, ahead
}

const RUNNING: Record<Pace["verdict"], string> = { ahead: "Ahead", on: "On pace", behind: "Behind", unknown: "Pace not known" };
const OVER: Record<Pace["verdict"], string> = { ahead: "Reached", on: "Reached", behind: "Missed", unknown: "Not known" };

/** A rate on its target lies as near to it as chance allows; before a period begins there is nothing to judge. */
export function verdictOf(pace: Pace): Verdict {
  if (pace.state === "coming") return { words: "Not begun", tone: "neutral", way: 0 };
  const words = pace.nature === "rate" && pace.verdict === "on" ? "On target" : (pace.state === "over" ? OVER : RUNNING)[pace.verdict];
  const tone = pace.verdict === "behind" ? "bad" : pace.verdict === "unknown" ? "neutral" : "good";
  return { words, tone, way: pace.verdict === "ahead" ? 1 : pace.verdict === "behind" ? -1 : 0 };
}

/** How much of the target is there: `76%`; nothing where that says nothing. */
export function shareText(target: Pick<Target, "worth" | "pace">): string {
  const { worth, pace } = target;
  if (!pace || pace.nature === "rate" || worth === null || worth <= 0 || pace.actual === null || pace.actual < 0) return "";
  return numberText(pace.actual / worth, { style: "percent", maximumFractionDigits: 0 });
}

/** What the verdict rests on, a line each. */
export function factsOf(target: Target, currency: string): [string, string][] {
  const { pace } = target;
  if (!pace) return [];
  const look: Look = { unit: target.unit, currency };
  const told = (value: number | null) => show(value, look, true);
  const between = (low: number | null, high: number | null) => (low === null || high === null || low === high ? "" : ` (${showInterval(low, high, look)})`);
  const facts: [string, string][] = [["Target", target.worth === null ? (target.why ?? "not known") : told(target.worth)]];
  if (pace.state !== "coming") facts.push([pace.state === "over" ? "Reached" : "So far", `${told(pace.actual)}${between(pace.actual_low, pace.actual_high)}`]);
  if (pace.state === "running" && pace.expected !== null && pace.nature !== "rate") facts.push(["Expected by today", `${told(pace.expected)}${between(pace.expected_low, pace.expected_high)}`]);
  if (pace.state === "running" && pace.forecast !== null) facts.push(["Forecast for its end", `${told(pace.forecast)}${between(pace.forecast_low, pace.forecast_high)}`]);
  if (pace.past.length) facts.push(["Seasonality of", `${pace.past.length} periods before`]);
  return facts;
}

export interface Marks {
  filled: number; // percent of the bar
  expected: number | undefined;
  target: number;
}

/** Where figures lie on a bar from nothing to the larger of target and figure; none where one of them is below nothing. */
export function marksOf(target: Pick<Target, "worth" | "pace">): Marks | undefined {
  const { worth, pace } = target;
  if (!pace || worth === null || worth <= 0 || pace.actual === null || pace.actual < 0) return undefined;
  const whole = Math.max(worth, pace.actual, pace.expected ?? 0);
  const share = (value: number) => (value / whole) * 100;
  const expected = pace.state === "running" && pace.nature !== "rate" && pace.expected !== null && pace.expected >= 0 ? share(pace.expected) : undefined;
  return { filled: share(pace.actual), expected, target: share(worth) };
}

/** The target of exactly this KPI and these days. */
export const targetFor = (targets: readonly Target[], kpi: string, days: { start: string; end: string }): Target | undefined =>
  targets.find((one) => one.kpi === kpi && one.period.start === days.start && one.period.end === days.end);

/** Whether days are a month, a quarter or a year, as targets are for. */
export function isSpan({ start, end }: { start: string; end: string }): boolean {
  const [[year, month, first], [toYear, toMonth, last]] = [start, end].map((day) => day.split("-").map(Number)) as [[number, number, number], [number, number, number]];
  return first === 1 && last === 1 && [1, 3, 12].includes((toYear - year) * 12 + toMonth - month);
}

const KINDS: Record<string, string> = { tier: "tier", segment: "segment", owner_id: "owner", account_id: "account", "owner.team": "team" };
const ONE = /^([a-z_.]+) in \('((?:[^']|'')*)'\)$/; // as `whereOf` writes one value kept

/** Whose target would stand beside figures under these conditions; nobody's where they say more than one name. */
export function scopeOf({ scope = "all", where }: { scope?: string; where?: string }): string | undefined {
  if (scope !== "all") return undefined;
  if (!where) return "company";
  const [, name = "", value = ""] = ONE.exec(where) ?? [];
  return KINDS[name] && `${KINDS[name]}:${value.replaceAll("''", "'")}`;
}
