// What the overview's address says beside the filter: which cards, in which order.

import { many, type PageSearch, readPage, without } from "@/words/search";

export interface OverviewSearch extends PageSearch {
  cards?: string[];
}

export function readOverview(words: Record<string, unknown>): OverviewSearch {
  const cards = many(words.cards);
  return without({ ...readPage(words), cards: cards.length ? cards : undefined });
}
