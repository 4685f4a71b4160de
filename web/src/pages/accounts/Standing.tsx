// Keeps accounts by where they stand now: the stage of their journey, and lists; with how many there are of each.

import { useQuery } from "@tanstack/react-query";
import { type AccountsQuestion, type GroupCount, groupsOf } from "@/api/accounts";
import { Several } from "@/parts/Several";
import { listWords, stageWords } from "@/words/groups";
import type { Put } from "./AccountsPage";
import type { AccountsSearch } from "./search";

interface Props {
  search: AccountsSearch;
  question: AccountsQuestion | undefined; // undefined while nothing can be asked
  put: Put;
}

export function Standing({ search, question, put }: Props) {
  const { data } = useQuery({ ...groupsOf(question ?? { columns: [], sort: "name", period: "" }), enabled: question !== undefined });
  const told = (counts: readonly GroupCount[] | undefined, words: (value: string) => string) => (counts ?? []).map(({ value, accounts }) => ({ value, label: words(value), count: accounts }));
  const stages = told(data?.stages, stageWords);
  const lists = told(data?.lists, listWords);
  const some = (values: string[]) => (values.length ? values : undefined);
  return (
    <>
      {(stages.length > 1 || search.stage) && <Several label="Stage" values={stages} chosen={search.stage ?? []} onChoose={(stage) => put({ stage: some(stage) })} />}
      {(lists.length > 0 || search.list) && <Several label="List" values={lists} chosen={search.list ?? []} onChoose={(list) => put({ list: some(list) })} />}
    </>
  );
}
