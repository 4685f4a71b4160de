// What the address of an account says: which part is open, how its timeline is filtered, whether it is to be printed.

import { many, one, oneOf, type PageSearch, readPage, without } from "@/words/search";

export const TABS = ["brief", "figures", "timeline", "people", "deals"] as const;
export type Tab = (typeof TABS)[number];

export interface AccountSearch extends PageSearch {
  tab?: Tab;
  kinds?: string[];
  person?: string; // a contact's id, or one of us
  since?: string; // period of the timeline
  print?: "1";
}

export const ACCOUNT_DEFAULTS = { period: "last-3-months" } as const;

export function readAccount(words: Record<string, unknown>): AccountSearch {
  const kinds = many(words.kinds);
  return without({
    ...readPage(words),
    tab: oneOf(words.tab, TABS),
    kinds: kinds.length ? kinds : undefined,
    person: one(words.person),
    since: one(words.since),
    print: oneOf(words.print, ["1"] as const),
  });
}
