// What the explore page's address says beside the filter: which KPIs, split by what, drawn how.

import { type ChartKind, CHARTS } from "@/parts/draw";
import { type Explorable, many, one, oneOf, readPage, splitKpis, without } from "@/words/search";

export interface ExploreSearch extends Explorable {
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
    top: count(words.top),
    lowest: words.lowest === true || words.lowest === "true" || undefined,
    sentence: one(words.sentence),
  });
}

function count(word: unknown): number | undefined {
  const number = Number(word);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}
