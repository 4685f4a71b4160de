// What the funnel's address says beside the filter: whose moves are listed, and which cohorts are shown.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export interface FunnelSearch extends PageSearch {
  way?: Way; // moves that are listed
  from?: string; // stage before
  to?: string; // stage now
  sort?: string; // of the moves; with a minus the highest first
  stage?: string; // cohorts: the stage that was entered
  within?: number; // days that count
  by?: string; // cohorts split by this dimension
}

export type Way = "on" | "back";

export const FUNNEL_DEFAULTS = { period: "last-12-months" } as const;
export const USUAL_DAYS = 90;
const MOST_DAYS = 3650;

export function readFunnel(words: Record<string, unknown>): FunnelSearch {
  return without({
    ...readPage(words),
    way: oneOf(words.way, ["on", "back"] as const),
    from: one(words.from),
    to: one(words.to),
    sort: one(words.sort),
    stage: one(words.stage),
    within: days(words.within),
    by: one(words.by),
  });
}

function days(word: unknown): number | undefined {
  const number = Number(typeof word === "number" ? word : one(word));
  return Number.isInteger(number) && number >= 1 && number <= MOST_DAYS ? number : undefined;
}
