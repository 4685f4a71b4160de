// What the address of the data page says: the part that is open, and what is chosen in it.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const PARTS = ["state", "matches", "quarantine", "snapshots"] as const;
export type Part = (typeof PARTS)[number];

export interface DataSearch extends PageSearch {
  part?: Part;
  item?: string; // what waits for a decision, as domain:acme.com
  choice?: string; // is:ID, not:ID or none
  table?: string;
  reason?: string;
  first?: string; // snapshots that are compared
  second?: string;
}

export const DATA_DEFAULTS = { period: "last-12-months" } as const;

export const readData = (words: Record<string, unknown>): DataSearch =>
  without({
    ...readPage(words),
    part: oneOf(words.part, PARTS),
    item: one(words.item),
    choice: one(words.choice),
    table: one(words.table),
    reason: one(words.reason),
    first: one(words.first),
    second: one(words.second),
  });
