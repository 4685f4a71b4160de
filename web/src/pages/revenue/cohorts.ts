// Cohorts of customers as cells of a heat map and lines of a table.

import type { Retention, RetentionCohort } from "@/api/journeys";
import { counted, show } from "@/words/format";
import type { Cell as CsvCell } from "@/words/listing";
import { periodName } from "@/words/periods";
import type { CohortGrain } from "./search";

export type Kept = "revenue" | "customers";

export interface Cell {
  cohort: number;
  age: number;
  share: number;
  words: string;
}

export const cohortName = (label: string): string => periodName({ label, start: /^\d{4}-\d{2}$/.test(label) ? `${label}-01` : "2000-01-01", end: "2000-01-02", partial: false });

/** Cohorts that began with somebody: of the others nothing is known. */
export const begun = (told: Retention): RetentionCohort[] => told.cohorts.filter((cohort) => cohort.began > 0);

export const shareAt = (cohort: RetentionCohort, kept: Kept, age: number): number | null | undefined => (kept === "revenue" ? cohort.revenue_share : cohort.customer_share)[age];

/** `Q1 2026, 2 quarters later: 38 of 45 customers`. */
export function cellWords(cohort: RetentionCohort, kept: Kept, age: number, grain: CohortGrain, currency: string): string {
  const when = age === 0 ? "in its first period" : `${counted(age, grain)} later`;
  const look = { unit: "money", currency };
  const told = kept === "revenue" ? `${show(cohort.revenue[age], look, true)} of ${show(cohort.began_revenue, look, true)}` : `${cohort.customers[age]} of ${counted(cohort.began, "customer")}`;
  return `${cohortName(cohort.label)}, ${when}: ${show(shareAt(cohort, kept, age), { unit: "fraction" })}, ${told}`;
}

export function cellsOf(told: Retention, kept: Kept): Cell[] {
  return begun(told).flatMap((cohort, place) =>
    cohort.customers.flatMap((_, age): Cell[] => {
      const share = shareAt(cohort, kept, age);
      return share === null || share === undefined ? [] : [{ cohort: place, age, share, words: cellWords(cohort, kept, age, told.grain as CohortGrain, told.currency) }];
    }),
  );
}

export const agesOf = (told: Retention): number => Math.max(0, ...begun(told).map((cohort) => cohort.customers.length));

/** Of all cohorts old enough, the share kept at an age: weighed by how large they were. */
export function togetherAt(told: Retention, kept: Kept, age: number): number | null {
  const old = begun(told).filter((cohort) => cohort.customers.length > age);
  const size = old.reduce((sum, cohort) => sum + (kept === "revenue" ? cohort.began_revenue : cohort.began), 0);
  const left = old.reduce((sum, cohort) => sum + ((kept === "revenue" ? cohort.revenue : cohort.customers)[age] ?? 0), 0);
  return size > 0 ? left / size : null;
}

export const CSV_HEADER = ["cohort", "began", "began_revenue", "age", "customers", "customer_share", "revenue", "revenue_share"];

export function* csvRows(told: Retention): Generator<CsvCell[]> {
  for (const cohort of begun(told))
    for (const [age, customers] of cohort.customers.entries())
      yield [cohort.label, cohort.began, cohort.began_revenue, age, customers, cohort.customer_share[age], cohort.revenue[age], cohort.revenue_share[age]];
}
