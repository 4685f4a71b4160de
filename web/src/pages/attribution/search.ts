// What the address says beside the period: what has the credit, the model that counts, what the table shows, its order.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const BY = ["channel", "campaign_id", "program"] as const;
export const SHOWS = ["share", "credit", "roi"] as const;
export type Shows = (typeof SHOWS)[number];

export interface AttributionSearch extends PageSearch {
  by?: (typeof BY)[number];
  model?: string;
  show?: Shows;
  sort?: string; // a column; with a minus the highest first
}

export const ATTRIBUTION_DEFAULTS = { period: "last-4-quarters" } as const;
export const USUAL_MODEL = "linear";

export const readAttribution = (words: Record<string, unknown>): AttributionSearch =>
  without({ ...readPage(words), by: oneOf(words.by, BY), model: one(words.model), show: oneOf(words.show, SHOWS), sort: one(words.sort) });
