// The filter a page is asked with: what the address says, and the page's own defaults for the rest.

import { useRouterState } from "@tanstack/react-router";
import { type PageSearch, whereOf } from "@/words/search";

export interface Asked extends PageSearch {
  period: string;
  compare: "previous" | "year-ago" | "none";
  scope: string;
}

export const DEFAULTS = { period: "last-quarter", compare: "previous", scope: "all" } as const;

export const asked = (search: PageSearch, defaults: Partial<Asked> = {}): Asked => ({ ...DEFAULTS, ...defaults, ...search });

/** All conditions of a page, and of the group that stands out in it. */
export const conditions = (filter: PageSearch, by?: Record<string, string>): string | undefined =>
  [whereOf(filter.filters, by), filter.where].filter(Boolean).join(" and ") || undefined;

/** What every question of a page says: accounts, conditions, comparison. */
export function circumstances(filter: Asked) {
  return {
    where: conditions(filter),
    scope: filter.scope,
    compare: filter.compare === "none" ? [] : [filter.compare],
  };
}

/** What the address says, as the page that is shown reads it; the same within the page and around it. */
export const usePageSearch = (): PageSearch => useRouterState({ select: (state) => state.matches.at(-1)?.search ?? {} }) as PageSearch;

/** The filter in force on the page that is shown. */
export const useFilter = (defaults: Partial<Asked> = {}): Asked => asked(usePageSearch(), defaults);
