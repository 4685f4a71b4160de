// What the address says beside the period: which team is looked at, in which order.

import { one, type PageSearch, readPage, without } from "@/words/search";

export interface TeamSearch extends PageSearch {
  team?: string;
  sort?: string; // a column; with a minus the highest first
}

export const readTeam = (words: Record<string, unknown>): TeamSearch => without({ ...readPage(words), team: one(words.team), sort: one(words.sort) });
