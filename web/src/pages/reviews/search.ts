// What the addresses of reviews say: which are listed, which is to be made, beside what one is set.

import type { Audience, Cadence } from "@/api/reviews";
import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const CADENCES: readonly Cadence[] = ["weekly", "monthly", "quarterly", "annual"];
export const AUDIENCES: readonly Audience[] = ["company", "team", "owner", "tier", "segment", "account"];

export interface ReviewsSearch extends PageSearch {
  cadence?: Cadence;
  audience?: Audience;
  find?: string;
}

export interface NewReviewSearch extends PageSearch {
  cadence?: Cadence;
  audience?: string; // as asked: `team:Sales`
}

export interface ReviewSearch extends PageSearch {
  view?: "now";
}

export const readReviews = (words: Record<string, unknown>): ReviewsSearch =>
  without({ ...readPage(words), cadence: oneOf(words.cadence, CADENCES), audience: oneOf(words.audience, AUDIENCES), find: one(words.find) });

export const readNewReview = (words: Record<string, unknown>): NewReviewSearch =>
  without({ ...readPage(words), cadence: oneOf(words.cadence, CADENCES), audience: one(words.audience) });

export const readReview = (words: Record<string, unknown>): ReviewSearch => without({ ...readPage(words), view: oneOf(words.view, ["now"] as const) });
