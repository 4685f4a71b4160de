// What the address of the settings says: the part that is open; what a new delivery begins with.

import type { Typed } from "@/api/deliveries";
import { many, one, oneOf, splitKpis, without } from "@/words/search";

export const PARTS = ["deliveries", "sent", "channels", "workspace", "edit"] as const;
export type Part = (typeof PARTS)[number];

export interface SettingsSearch {
  part?: Part;
  id?: string; // the delivery that is edited; none: a new one
  kind?: string;
  name?: string;
  kpis?: string[];
  span?: string; // its period; `period` is what pages share
  only?: string; // its condition
  cadence?: string;
  view?: string;
  board?: string;
}

export function readSettings(words: Record<string, unknown>): SettingsSearch {
  const kpis = many(words.kpis).flatMap(splitKpis);
  return without({
    part: oneOf(words.part, PARTS),
    id: one(words.id),
    kind: one(words.kind),
    name: one(words.name),
    kpis: kpis.length ? kpis : undefined,
    span: one(words.span),
    only: one(words.only),
    cadence: one(words.cadence),
    view: one(words.view),
    board: one(words.board),
  });
}

/** The options a new delivery begins with, as the address says. */
export function begunWith(search: SettingsSearch): NonNullable<Typed["options"]> {
  return without({ kpis: search.kpis, period: search.span, where: search.only, cadence: search.cadence, view: search.view, dashboard: search.board });
}
