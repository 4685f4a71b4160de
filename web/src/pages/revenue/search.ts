// What the revenue page's address says beside the filter: whose movement is listed, which cohorts, whom to look after.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const COHORT_GRAINS = ["month", "quarter", "year"] as const;
export type CohortGrain = (typeof COHORT_GRAINS)[number];
export const KINDS = ["renewal", "at_risk"] as const;
export type CareKind = (typeof KINDS)[number];

export interface RevenueSearch extends PageSearch {
  movement?: string; // whose accounts are listed
  cohorts?: CohortGrain;
  kept?: "customers"; // what cohorts keep: revenue, unless this is said
  care?: "at_risk"; // whom to look after: renewals, unless this is said
  due?: "30" | "60" | "90"; // renewals due in the thirty days that end there
}

export const REVENUE_DEFAULTS = { period: "last-12-months" } as const;
export const STEP_GRAINS = ["month", "quarter", "year"] as const;

export function readRevenue(words: Record<string, unknown>): RevenueSearch {
  return without({
    ...readPage(words),
    movement: one(words.movement),
    cohorts: oneOf(words.cohorts, COHORT_GRAINS),
    kept: oneOf(words.kept, ["customers"] as const),
    care: oneOf(words.care, ["at_risk"] as const),
    due: oneOf(words.due, ["30", "60", "90"] as const),
  });
}
