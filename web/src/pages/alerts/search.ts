// What the address of the alerts says: what fired and of which kind, or which rule is looked at or edited.

import type { AlertWords } from "@/api/alerts";
import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const SHOWS = ["open", "acknowledged", "snoozed", "over"] as const;
export const SEVERITIES = ["high", "medium", "low"] as const;
export type Shown = (typeof SHOWS)[number];

export interface AlertsSearch extends PageSearch {
  part?: "rules";
  show?: Shown;
  rule?: string; // of what fired; among the rules, the one that is looked at
  owner?: string; // an employee's id; `me`: what is told to who looks
  severity?: (typeof SEVERITIES)[number];
  order?: "reasons";
  held?: "1"; // what was held back is shown, too
  edit?: string; // the rule that is written: its name; empty is none
  offer?: string; // the offer that a new one begins with
}

export const NEW = "*"; // `edit` for a rule that is not there yet: no name of a rule
export const ME = "me";

export const readAlerts = (words: Record<string, unknown>): AlertsSearch =>
  without({
    ...readPage(words),
    part: oneOf(words.part, ["rules"] as const),
    show: oneOf(words.show, SHOWS),
    rule: one(words.rule),
    owner: one(words.owner),
    severity: oneOf(words.severity, SEVERITIES),
    order: oneOf(words.order, ["reasons"] as const),
    held: oneOf(words.held, ["1"] as const),
    edit: one(words.edit),
    offer: one(words.offer),
  });

/** What is asked for: each state is looked at by itself. */
export function wordsOf({ show = "open", rule, owner, severity, order }: AlertsSearch): AlertWords {
  const state = show === "over" ? "resolved" : show === "snoozed" ? undefined : show;
  return without({ state, snoozed: show === "snoozed", rule, severity, order: order ?? "latest", mine: owner === ME || undefined, owner: owner === ME ? undefined : owner });
}
