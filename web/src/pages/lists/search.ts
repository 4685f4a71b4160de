// What the address of lists and tiers says beside the filter: which list, as of which day, found by which words.

import { one, oneOf, type PageSearch, readPage, splitKpis, many, without } from "@/words/search";

export const PARTS = ["members", "compare"] as const;
export type Part = (typeof PARTS)[number];

export interface ListsSearch extends PageSearch {
  list?: string; // a list; TIERS has an address of its own
  tiers?: "1"; // tiers in place of a list
  part?: Part;
  find?: string;
  on?: string; // the day whose members are shown
  kpis?: string[]; // compared between target and control
}

export const LISTS_DEFAULTS = { period: "last-quarter" } as const;

export function readLists(words: Record<string, unknown>): ListsSearch {
  const kpis = many(words.kpis).flatMap(splitKpis);
  const on = one(words.on);
  return without({
    ...readPage(words),
    list: one(words.list),
    tiers: oneOf(words.tiers, ["1"] as const),
    part: oneOf(words.part, PARTS),
    find: one(words.find),
    on: on && /^\d{4}-\d{2}-\d{2}$/.test(on) ? on : undefined,
    kpis: kpis.length ? kpis : undefined,
  });
}

/** Which list is shown: the one the address names, else the target list, else the first. */
export function shownList(search: ListsSearch, names: readonly string[]): string | undefined {
  if (search.tiers) return undefined;
  return search.list ?? (names.includes("target") ? "target" : names[0]);
}
