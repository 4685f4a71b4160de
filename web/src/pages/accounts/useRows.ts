// The rows in sight, fetched in blocks as they come; while the scroll bar flies past, nothing is asked.

import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { accountsBlock, type AccountsQuestion, type AccountsTold, type ColumnTold } from "@/api/accounts";
import { BLOCK, blocksFor, placeOf } from "./blocks";

export interface Row {
  id: string;
  name: string;
  place: number; // in its block
  told: ReadonlyMap<string, ColumnTold>;
  courses: ReadonlyMap<string, ColumnTold> | undefined; // undefined while they are on their way
}

export interface Rows {
  total: number | undefined;
  currency: string;
  row: (index: number) => Row | undefined;
  look: (first: number, last: number) => void; // tells what is in sight
  error: unknown;
  again: () => void;
}

interface Block {
  told: AccountsTold;
  columns: Map<string, ColumnTold>;
}

const SETTLED_MS = 60;

const read = (told: AccountsTold): Block => ({ told, columns: new Map(told.columns.map((column) => [column.column, column])) });

export function useRows(question: AccountsQuestion | undefined, courses: AccountsQuestion | undefined): Rows {
  const [sight, setSight] = useState({ first: 0, last: 40 });
  const [settled] = useDebouncedValue(sight, SETTLED_MS);
  const enabled = question !== undefined;
  const first = useQuery({ ...accountsBlock(question ?? NOTHING, 0, BLOCK), enabled, placeholderData: keepPreviousData });
  const total = first.data?.total;
  const wanted = blocksFor(settled.first, settled.last, total);
  const found = useBlocks(question, wanted, enabled);
  const courseBlocks = useBlocks(courses, wanted, (courses?.columns.length ?? 0) > 0 && first.isSuccess);

  const look = useCallback((first: number, last: number) => setSight((now) => (now.first === first && now.last === last ? now : { first, last })), []);
  const row = (index: number): Row | undefined => {
    const { block, place } = placeOf(index);
    const one = found.blocks.get(block);
    const id = one?.told.account_id[place];
    if (!one || id === undefined) return undefined;
    return { id, name: one.told.name[place] ?? id, place, told: one.columns, courses: courseBlocks.blocks.get(block)?.columns };
  };
  return {
    total,
    currency: first.data?.currency ?? "",
    row,
    look,
    error: first.error ?? found.error,
    again: () => void first.refetch(),
  };
}

const NOTHING: AccountsQuestion = { columns: [], sort: "name", period: "last-month" };

function useBlocks(question: AccountsQuestion | undefined, wanted: readonly number[], enabled: boolean): { blocks: Map<number, Block>; error: unknown } {
  const results = useQueries({
    queries: wanted.map((block) => ({ ...accountsBlock(question ?? NOTHING, block * BLOCK, BLOCK), enabled, select: read })),
  });
  const stamp = results.map((result) => result.dataUpdatedAt).join();
  const key = JSON.stringify(question);
  const blocks = useMemo(() => new Map(results.flatMap((result, index) => (result.data ? [[wanted[index] as number, result.data] as const] : []))), [stamp, key, wanted.join(), enabled]);
  return { blocks, error: results.find((result) => result.error)?.error };
}
