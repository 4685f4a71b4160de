// Alerts and their rules in words.

import type { KeptRule, Proof, Quiet, Severity, Share } from "@/api/alerts";
import { counted, show, showCount } from "@/words/format";
import { momentText } from "@/words/periods";
import type { Shown } from "./search";

export const SEVERITY_WORDS: Record<Severity, string> = { high: "High", medium: "Medium", low: "Low" };

const HELD_WORDS: Record<string, string> = {
  interval: "Inside its interval",
  small_sample: "Few cases",
  short_past: "Short past",
  unknown: "Unknown",
  cooldown: "Cooldown",
};

export const heldWords = (reason: string): string => HELD_WORDS[reason] ?? reason.replaceAll("_", " ");

/** `12 open about 9 accounts, 4 of them high · 3 taken care of · 2 snoozed`. */
export function tallyText(count: { open: number; acknowledged: number; snoozed: number; high: number; accounts: number }): string {
  const open = count.open ? `${showCount(count.open)} open${count.accounts ? ` about ${counted(count.accounts, "account")}` : ""}${count.high ? `, ${showCount(count.high)} of high severity` : ""}` : "Nothing open";
  return [open, count.acknowledged && `${showCount(count.acknowledged)} taken care of`, count.snoozed && `${showCount(count.snoozed)} snoozed`].filter(Boolean).join(" · ");
}

interface Said {
  title: string;
  text: string;
  way?: "rules" | "all";
}

/** Why there is nothing, and what to do about it. */
export function nothingText(show: Shown, narrowed: boolean, rules: readonly KeptRule[] | undefined): Said {
  if (narrowed) return { title: "No alert fits what was chosen", text: "Others may.", way: "all" };
  if (rules && !rules.some((one) => one.on)) return { title: rules.length ? "No rule is on" : "There is no rule yet", text: "An alert comes from a rule that is on. Each is shown with how often it would have been right.", way: "rules" };
  if (show === "snoozed") return { title: "Nothing is snoozed", text: "What is snoozed is told again when its time is over." };
  if (show === "acknowledged") return { title: "Nothing is taken care of now", text: "What somebody takes care of stands here until its condition is over." };
  if (show === "over") return { title: "Nothing is over yet", text: "An alert is over by itself when its condition is met no more." };
  return { title: "Nothing is open", text: "All rules that are on were looked at when the data were refreshed." };
}

const DAYS: Record<string, string> = { mon: "Mondays", tue: "Tuesdays", wed: "Wednesdays", thu: "Thursdays", fri: "Fridays", sat: "Saturdays", sun: "Sundays" };

/** When nobody is told anything; nothing where there are no such hours. */
export function quietText(quiet: Quiet): string {
  const when = [quiet.hours && `between ${quiet.hours.replace("-", " and ")}`, quiet.days.length && `on ${quiet.days.map((day) => DAYS[day] ?? day).join(", ")}`].filter(Boolean).join(" and ");
  if (!when) return "";
  return `Nobody is sent anything ${when}. ${quiet.until ? `It is so now, until ${momentText(quiet.until)}; what fired stands here all the same.` : "What fires then stands here all the same."}`;
}

/** `9 of 42`. */
export const ofText = (share: Share): string => `${showCount(share.hits)} of ${showCount(share.of)}`;

/** The three shares of a back-test, each with what it means. */
export function sharesOf(proof: Proof): { name: string; note: string; share: Share; tone?: "good" }[] {
  const days = counted(proof.within_days, "day");
  return [
    { name: "Right", note: `of what fired, ${proof.what} within ${days}`, share: proof.precision, tone: beats(proof) ? "good" : undefined },
    { name: "Anyway", note: `of all accounts at any time, ${proof.what} within ${days}`, share: proof.usual },
    { name: "Caught", note: `of those who ${proof.what}, were warned of before`, share: proof.caught },
  ];
}

/** Whether the rule is right more often than it happens anyway, by more than chance. */
const beats = ({ precision, usual }: Proof): boolean => precision.lower !== null && usual.value !== null && precision.lower > usual.value;

/** What the back-test comes to, in a sentence. */
export function verdictText(proof: Proof): string {
  const { precision, usual } = proof;
  if (precision.value === null) return "Nothing that fired can be judged yet.";
  if (beats(proof) && usual.value) return `An account it fires for ${proof.what} ${show(precision.value / usual.value, { unit: "count" })} times as often as others.`;
  return beats(proof) ? `An account it fires for ${proof.what} more often than others.` : "It is not shown to be right more often than chance would be: wait for more cases, or change it.";
}
