// What the table asks: the same question for every block of rows, and the courses beside it.

import type { AccountsQuestion } from "@/api/accounts";
import { asked } from "@/shell/filter";
import { whereOf } from "@/words/search";
import { askedOf, type Column, coursesOf, plainSort } from "./columns";
import { ACCOUNTS_DEFAULTS, type AccountsSearch } from "./search";

export const COURSE_MONTHS = 12;
export const USUAL_SORT = "name";

/** The period before is asked only where a column, the order or a bound needs it. */
export function questionOf(search: AccountsSearch, columns: readonly Column[]): AccountsQuestion {
  const filter = asked(search, ACCOUNTS_DEFAULTS);
  const compared = [search.sort ?? "", ...(search.having ?? [])].some((word) => word.includes(".change")) || columns.some((column) => column.shows === "change");
  return {
    columns: askedOf(columns),
    search: search.find,
    where: whereOf(filter.filters),
    having: search.having,
    stages: search.stage,
    lists: search.list,
    sort: plainSort(search.sort ?? USUAL_SORT),
    period: filter.period,
    compare: compared ? comparison(filter.compare) : undefined,
  };
}

/** A column of changes means the period before, unless another comparison was chosen. */
export const comparison = (compare: string): string => (compare === "none" ? "previous" : compare);

export const courseQuestion = (question: AccountsQuestion, columns: readonly Column[]): AccountsQuestion => ({
  ...question,
  columns: coursesOf(columns),
  spark: COURSE_MONTHS,
});
