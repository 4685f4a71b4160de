// The sheet of one KPI: whose targets stand in its rows, what in its cells, and what of it is not saved yet.

import type { Target } from "@/api/targets";
import type { CellShown, Head } from "./Sheet";
import { counted, show } from "@/words/format";
import { csvOf } from "@/words/listing";
import { editText } from "./amounts";
import type { Span } from "./spans";

export interface Line extends Head {
  scope: string; // as the API writes it: `company`, `owner:E0001`
}

export const COMPANY: Line = { key: "company", scope: "company", title: "Company" };

export const scopeText = (scope: Target["scope"]): string => (scope.value === null ? scope.kind : `${scope.kind}:${scope.value}`);

/** The company, then members by name; those that have targets are there also where they would not be listed. */
export function linesOf(kinds: readonly string[], scopes: readonly Target["scope"][], targets: readonly Target[], kind: string): Line[] {
  const members = new Map(scopes.map((scope) => [scopeText(scope), scope]));
  for (const { scope } of targets) if (scope.kind === kind) members.set(scopeText(scope), scope);
  const lines = [...members].map(([text, scope]): Line => ({ key: text, scope: text, title: scope.name, note: scope.value === scope.name ? undefined : (scope.value ?? undefined) }));
  return kinds.includes("company") ? [COMPANY, ...lines] : lines;
}

/** What was typed and is not saved: by KPI, scope and period; an empty text takes a target away. */
export type Drafts = ReadonlyMap<string, Draft>;

export interface Draft {
  kpi: string;
  scope: string;
  period: string;
  text: string; // as the API reads it
  id?: string; // of the target that is there
}

export const draftKey = (kpi: string, scope: string, period: string): string => `${kpi} ${scope} ${period}`;

export const targetAt = (targets: readonly Target[], line: Line, span: Span): Target | undefined =>
  targets.find((one) => scopeText(one.scope) === line.scope && one.period.start === span.start && one.period.end === span.end);

/** The drafts with another one; one that says what is there already is none. */
export function withDraft(drafts: Drafts, draft: Draft, before: Target | undefined): Drafts {
  const now = new Map(drafts);
  const key = draftKey(draft.kpi, draft.scope, draft.period);
  if (draft.text === (before?.amount.text ?? "")) now.delete(key);
  else now.set(key, { ...draft, id: before?.id });
  return now;
}

/** Drafts as the import of the API reads them, and those that take a target away. */
export function changesOf(drafts: Drafts): { rows: Draft[]; text: string; gone: Draft[] } {
  const all = [...drafts.values()];
  const rows = all.filter((draft) => draft.text !== "");
  const text = csvOf(["kpi", "scope", "period", "amount"], rows.map((draft) => [draft.kpi, draft.scope, draft.period, draft.text]));
  return { rows, text, gone: all.filter((draft) => draft.text === "" && draft.id !== undefined) };
}

const draftText = (text: string, look: { unit: string; currency: string }): string =>
  text === "" ? "taken away" : Number.isFinite(Number(text)) ? show(Number(text), look) : editText(text, look.unit);

/** What a cell shows: what was typed, else what the target amounts to, and how it is reckoned where it is no number. */
export function cellOf(target: Target | undefined, draft: Draft | undefined, fault: string | undefined, names: string, look: { unit: string; currency: string }): CellShown {
  const text = draft ? draftText(draft.text, look) : target ? show(target.worth, look) : "";
  const reckoned = target && target.amount.kind !== "absolute" ? target.amount.text : undefined;
  const note = draft ? undefined : reckoned;
  const told = [text || "no target", note].filter(Boolean).join(" ");
  return {
    text,
    edit: editText(draft ? draft.text : (target?.amount.text ?? ""), look.unit),
    note,
    label: `${names}: ${told}${draft ? ", not saved" : ""}${fault ? `. ${fault}` : ""}`,
    state: fault ? "faulty" : draft ? "dirty" : undefined,
  };
}

export const unsavedText = (drafts: Drafts): string => `${counted(drafts.size, "change")} not saved`;
