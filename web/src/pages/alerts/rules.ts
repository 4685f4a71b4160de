// A rule as it is written in the form: the kinds there are, what each begins with, what is missing, what is wrong where.

import type { Rule, When } from "@/api/alerts";
import { asProblem } from "@/api/problem";

export type Kind = When["kind"];
export type Value = number | string | boolean | string[] | null | undefined;

/** A condition while it is written: what is not there yet is null. */
export type Condition = { kind: Kind } & Record<string, Value>;

export type Draft = Omit<Rule, "when"> & { when: Condition };

interface KindWords {
  label: string;
  about: string;
  begins: Record<string, Value>;
  needs: readonly string[]; // fields that must have a value
}

export const KINDS: Record<Kind, KindWords> = {
  threshold: { label: "A KPI is below or above a number", about: "With its whole interval, where it has one.", begins: { kpi: "health_score", per: "month", below: null }, needs: ["kpi"] },
  change: { label: "A KPI changed", about: "Against an earlier period, by more than noise.", begins: { kpi: "health_score", per: "month", against: "previous", direction: "falls", by: null, relative: false }, needs: ["kpi", "by"] },
  baseline: { label: "A KPI left its own past", about: "So many usual deviations from the median of earlier periods.", begins: { kpi: "health_score", per: "month", direction: "falls", periods: 12, least: 6, times: 3.5, by: 0 }, needs: ["kpi", "periods", "least", "times", "by"] },
  pacing: { label: "A target is behind", about: "Less is there than usually stands by now.", begins: { kpi: null }, needs: [] },
  no_touch: { label: "Nobody was in touch", about: "With people of some buying roles, or with anybody.", begins: { days: 60, roles: [] }, needs: ["days"] },
  renewal: { label: "A renewal is due", about: "A contract ends soon, undecided, in poor health.", begins: { within_days: 90, health_below: 60 }, needs: ["within_days"] },
  champion_left: { label: "A champion left", about: "Mail bounces for good, or he is no champion there any more.", begins: { days: 30 }, needs: ["days"] },
  data_late: { label: "Data are late", about: "A source fails, or rows stay away for longer than usual.", begins: {}, needs: [] },
};

export const isOfKpi = (kind: Kind): boolean => kind === "threshold" || kind === "change" || kind === "baseline";

/** Whether accounts can be narrowed: targets and sources have no accounts to choose from. */
export const isNarrowed = (kind: Kind): boolean => kind !== "pacing" && kind !== "data_late";

export const begun = (kind: Kind): Condition => ({ kind, ...KINDS[kind].begins });

export const EMPTY = { label: "", when: begun("threshold") } as unknown as Rule;

/** A rule with all that the API leaves out where it is as usual. */
export function draftOf(rule: Rule): Draft {
  const usual = { about: "", goal: "", severity: "medium", each: "account", scope: "all", where: null, route: "owner", cooldown_days: 14, outcome: null, next_step: null };
  const when = rule.when as unknown as Condition;
  const filled = when.kind === "threshold" ? {} : KINDS[when.kind].begins; // a threshold has one side of two
  const per = isOfKpi(when.kind) ? { per: "month" } : {};
  return { ...usual, ...rule, when: { ...filled, ...per, ...when } } as Draft;
}

/** Another kind of condition: it keeps the KPI, and what fits it of the rest. */
export function ofKind(draft: Draft, kind: Kind): Draft {
  const kpi = isOfKpi(kind) && draft.when.kpi ? { kpi: draft.when.kpi } : {};
  const each = isOfKpi(kind) ? draft.each : kind === "pacing" ? "company" : "account";
  return narrowedTo({ ...draft, when: { ...begun(kind), ...kpi } }, each);
}

/** Whom it looks at, one by one; what would prove it right is known of accounts alone. */
export function narrowedTo(draft: Draft, each: string): Draft {
  const whole = isNarrowed(draft.when.kind) ? {} : { scope: "all" as const, where: null };
  return { ...draft, each, ...whole, outcome: each === "account" && isNarrowed(draft.when.kind) ? draft.outcome : null };
}

const NAMES: Record<string, string> = { kpi: "a KPI", by: "by how much", days: "days", within_days: "days", periods: "periods", least: "least periods", times: "deviations" };

/** What must be written before the rule can be looked at; its name is needed to keep it alone. */
export function missing({ when, outcome }: Draft): string[] {
  const absent = (value: Value) => value === null || value === undefined || value === "";
  const lacking = KINDS[when.kind].needs.filter((name) => absent(when[name])).map((name) => NAMES[name] ?? name);
  const side = when.kind === "threshold" && absent(when.below) && absent(when.above) ? ["a number"] : [];
  const days = outcome && absent(outcome.within_days) ? ["days of what would prove it right"] : [];
  return [...lacking, ...side, ...days];
}

/** The rule as the API reads it; `unnamed` stands in while it has no name, to look at it already. */
export function ruleOf(draft: Draft, unnamed = ""): Rule {
  const when = Object.fromEntries(Object.entries(draft.when).filter(([name, value]) => name === "health_below" || (value !== null && value !== undefined)));
  const text = (value: string | null | undefined) => value?.trim() || null;
  return { ...draft, label: draft.label.trim() || unnamed, where: text(draft.where), next_step: text(draft.next_step), when: when as unknown as When };
}

/** What is wrong, by the field it is told beside; `rule` is the whole. */
export function faultsOf(error: unknown): Map<string, string> {
  if (!error) return new Map();
  const problem = asProblem(error);
  const told = problem.faults.length ? problem.faults : [{ where: problem.where ?? "", what: [problem.detail, problem.mend].filter(Boolean).join(" ") }];
  return new Map(told.map(({ where, what }) => [fieldOf(where), sentence(what)]));
}

function fieldOf(where: string): string {
  const parts = where.split(".");
  const last = parts.at(-1) as string;
  return parts[0] !== "rule" || parts.length === 1 || last in KINDS ? "rule" : parts[1] === "outcome" ? "outcome" : last;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;

/** A name for a rule, from what it is called: one that no other has. */
export function nameOf(label: string, taken: readonly string[]): string {
  const plain = label.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const word = plain.replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 56).replace(/_+$/, "") || "rule";
  let name = word;
  for (let number = 2; taken.includes(name); number += 1) name = `${word}_${number}`;
  return name;
}

export const routeText = (route: string | undefined): string => (!route || route === "owner" ? "the owner" : route === "manager" ? "the owner's manager" : route.replace(/^user:/, ""));
