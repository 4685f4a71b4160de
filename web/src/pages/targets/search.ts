// What the address of the targets says: whose, of which KPI, over which periods of which year.

import { one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const KINDS = ["owner", "team", "tier", "segment", "account"] as const;
export const SPANS = ["month", "quarter", "year"] as const;
export type MemberKind = (typeof KINDS)[number];
export type SpanKind = (typeof SPANS)[number];

export interface TargetsSearch extends PageSearch {
  kpi?: string;
  of?: MemberKind;
  span?: SpanKind;
  year?: number;
  find?: string;
}

export function readTargets(words: Record<string, unknown>): TargetsSearch {
  const year = Number(words.year);
  return without({
    ...readPage(words),
    kpi: one(words.kpi),
    of: oneOf(words.of, KINDS),
    span: oneOf(words.span, SPANS),
    year: Number.isInteger(year) && year > 1900 && year < 2200 ? year : undefined,
    find: one(words.find),
  });
}
