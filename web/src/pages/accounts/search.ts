// What the address of the accounts says beside the filter: words searched, columns, widths, order, stages, lists, bounds.

import { many, one, oneOf, type PageSearch, readPage, splitKpis, without } from "@/words/search";

export interface AccountsSearch extends PageSearch {
  find?: string;
  cols?: string[]; // keys of columns, in order
  widths?: string[]; // `mrr:140`, of those that were dragged
  sort?: string; // a column; with a minus the highest first
  stage?: string[]; // stages of the journey, one of which it stands in now
  list?: string[]; // lists, one of which it stands on now
  having?: string[]; // `mrr >= 1000`, `health_score.change < 0`
  heat?: "off";
}

export const ACCOUNTS_DEFAULTS = { period: "last-90-days" } as const;

export function readAccounts(words: Record<string, unknown>): AccountsSearch {
  const list = (word: unknown) => {
    const found = many(word).flatMap(splitKpis);
    return found.length ? [...new Set(found)] : undefined;
  };
  const some = (word: unknown) => {
    const found = many(word);
    return found.length ? found : undefined;
  };
  return without({
    ...readPage(words),
    find: one(words.find),
    cols: list(words.cols),
    widths: list(words.widths),
    sort: one(words.sort),
    stage: some(words.stage),
    list: some(words.list),
    having: some(words.having),
    heat: oneOf(words.heat, ["off"] as const),
  });
}
