// What the catalog's address says beside the filter: the words searched for, and which kinds of KPIs.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export interface CatalogSearch extends PageSearch {
  find?: string;
  family?: string;
  review?: string;
  leads?: "leading" | "lagging" | "both";
  have?: "known" | "missing";
}

export const readCatalog = (words: Record<string, unknown>): CatalogSearch =>
  without({
    ...readPage(words),
    find: one(words.find),
    family: one(words.family),
    review: one(words.review),
    leads: oneOf(words.leads, ["leading", "lagging", "both"] as const),
    have: oneOf(words.have, ["known", "missing"] as const),
  });
