// The filter a page is asked with: what the address says, and the page's own defaults for the rest.

import { useSearch } from "@tanstack/react-router";
import { type PageSearch, whereOf } from "@/words/search";

export interface Asked extends PageSearch {
  period: string;
  compare: "previous" | "year-ago" | "none";
  scope: string;
}

export const DEFAULTS = { period: "last-quarter", compare: "previous", scope: "all" } as const;

export const asked = (search: PageSearch, defaults: Partial<Asked> = {}): Asked => ({ ...DEFAULTS, ...defaults, ...search });

/** What every question of a page says: accounts, conditions, comparison. */
export function circumstances(filter: Asked) {
  return {
    where: whereOf(filter.filters),
    scope: filter.scope,
    compare: filter.compare === "none" ? [] : [filter.compare],
  };
}

/** The filter in force on the page that is shown. */
export const useFilter = (defaults: Partial<Asked> = {}): Asked => asked(useSearch({ strict: false }) as PageSearch, defaults);
