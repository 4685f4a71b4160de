// What the explore page's address says beside the filter: which KPIs, split by what, drawn how.

import { many, oneOf, type PageSearch, readPage, splitKpis, without } from "@/words/search";

export const CHARTS = ["line", "bar", "heat", "none"] as const;
export type ChartKind = (typeof CHARTS)[number];

export interface ExploreSearch extends PageSearch {
  kpis?: string[];
  by?: string[];
  chart?: ChartKind;
}

export function readExplore(words: Record<string, unknown>): ExploreSearch {
  const kpis = many(words.kpis).flatMap(splitKpis);
  const by = many(words.by).flatMap(splitKpis);
  return without({
    ...readPage(words),
    kpis: kpis.length ? kpis : undefined,
    by: by.length ? by : undefined,
    chart: oneOf(words.chart, CHARTS),
  });
}
