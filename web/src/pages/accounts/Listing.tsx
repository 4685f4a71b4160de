// What the page shows of the accounts: the table, why there is nothing in it, or what went wrong.

import { Button } from "@mantine/core";
import type { ComponentProps } from "react";
import type { AccountsQuestion } from "@/api/accounts";
import { Empty } from "@/parts/Empty";
import { ProblemView } from "@/parts/ProblemView";
import { Grid } from "./Grid";
import type { AccountsSearch } from "./search";
import { type useFirst, useRows } from "./useRows";

interface Props extends Omit<ComponentProps<typeof Grid>, "rows" | "total" | "currency" | "question" | "sort"> {
  question: AccountsQuestion | undefined; // undefined while nothing can be asked
  courses: AccountsQuestion;
  first: ReturnType<typeof useFirst>;
  search: AccountsSearch;
  sort: string;
  onAll: () => void;
}

/** While it scrolls only this is drawn anew, not the page around it. */
export function Listing({ question, courses, first, search, onAll, ...look }: Props) {
  const total = first.data?.total;
  const rows = useRows(question, courses, total);
  const error = first.error ?? rows.error;
  if (error)
    return (
      <>
        <ProblemView error={error} retry={() => void first.refetch()} />
        {isNarrowed(search) && <Button variant="subtle" onClick={onAll}>Show all accounts</Button>}
      </>
    );
  if (total === 0) return <Nothing search={search} onAll={onAll} />;
  const { columns: _columns, ...order } = question ?? courses;
  return <Grid {...look} rows={rows} total={total} currency={first.data?.currency ?? ""} question={JSON.stringify(order)} />;
}

const isNarrowed = (search: AccountsSearch): boolean => Boolean(search.find || search.filters || search.having || search.stage || search.list);

function Nothing({ search, onAll }: Pick<Props, "search" | "onAll">) {
  const narrowed = isNarrowed(search);
  return (
    <Empty title={narrowed ? "No account fits" : "No accounts here"} action={narrowed && <Button variant="default" onClick={onAll}>Show all accounts</Button>}>
      {narrowed ? "Take a word or a filter away." : "You see no account yet: an admin says which accounts are yours, or a refresh brings the first."}
    </Empty>
  );
}
