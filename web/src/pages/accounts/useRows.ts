// The rows in sight, fetched in blocks as they come. A row that is known stays the same object, so that it is drawn once.

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { accountsBlock, type AccountsQuestion, type AccountsTold, type ColumnTold } from "@/api/accounts";
import { BLOCK, blocksFor, placeOf } from "./blocks";
import { following, type Sight } from "./following";

export interface Row {
  id: string;
  name: string;
  place: number; // in its block
  told: ReadonlyMap<string, ColumnTold>;
  courses: ReadonlyMap<string, ColumnTold> | undefined; // undefined while they are on their way
}

export interface Rows {
  row: (index: number) => Row | undefined;
  fading: boolean; // those of the question before, while the first of this one are on their way
  look: (sight: Sight) => void; // tells what is in sight
  error: unknown;
}

interface Block {
  told: AccountsTold;
  columns: ReadonlyMap<string, ColumnTold>;
}

const NOTHING: AccountsQuestion = { columns: [], sort: "name", period: "last-month" };

/** The first rows, which tell how many there are; those of the question before while they are on their way. */
export const useFirst = (question: AccountsQuestion | undefined) =>
  useQuery({ ...accountsBlock(question ?? NOTHING, 0, BLOCK), enabled: question !== undefined, placeholderData: keepPreviousData });

export function useRows(question: AccountsQuestion | undefined, courses: AccountsQuestion | undefined, total: number | undefined): Rows {
  const [sight, setSight] = useState<Sight>({ first: 0, last: 40, held: 0 });
  const [look] = useState(() => following((next) => setSight((now) => (near(now) === near(next) ? now : next)), BLOCK));
  const wanted = wantedOf(sight, total);
  const found = useBlocks(question, wanted);
  const drawn = useBlocks(courses?.columns.length && total !== undefined ? courses : undefined, wanted);
  const rows = useMemo(() => new Map([...found.blocks].map(([number, block]) => [number, rowsOf(block, drawn.blocks.get(number))])), [found.blocks, drawn.blocks]);
  const key = JSON.stringify(question);
  const kept = useRef({ key, rows });
  useEffect(() => {
    if (rows.size) kept.current = { key, rows };
  }, [key, rows]);
  const fading = rows.size === 0 && kept.current.key !== key && kept.current.rows.size > 0;
  const row = (index: number): Row | undefined => {
    const { block, place } = placeOf(index);
    return (fading ? kept.current.rows : rows).get(block)?.[place];
  };
  return { row, fading, look, error: found.error };
}

const wantedOf = ({ first, last, held }: Sight, total: number | undefined): number[] => {
  const kept = total === undefined ? 0 : Math.max(0, Math.min(held, total - 1));
  return [...new Set([...blocksFor(first, last, total), placeOf(kept).block])];
};
const near = (sight: Sight): string => wantedOf(sight, Number.POSITIVE_INFINITY).join();

const read = (told: AccountsTold): Block => ({ told, columns: new Map(told.columns.map((column) => [column.column, column])) });

const made = new WeakMap<Block, { drawn: Block | undefined; rows: Row[] }>();

function rowsOf(block: Block, drawn: Block | undefined): Row[] {
  const known = made.get(block);
  if (known && known.drawn === drawn) return known.rows;
  const { account_id: ids, name } = block.told;
  const rows = ids.map((id, place) => ({ id, name: name[place] ?? id, place, told: block.columns, courses: drawn?.columns }));
  made.set(block, { drawn, rows });
  return rows;
}

function useBlocks(question: AccountsQuestion | undefined, wanted: readonly number[]): { blocks: ReadonlyMap<number, Block>; error: unknown } {
  const results = useQueries({
    queries: wanted.map((block) => ({ ...accountsBlock(question ?? NOTHING, block * BLOCK, BLOCK), enabled: question !== undefined, select: read })),
  });
  const stamp = results.map((result) => result.dataUpdatedAt).join();
  const key = JSON.stringify(question);
  const blocks = useMemo(() => new Map(results.flatMap((result, index) => (question && result.data ? [[wanted[index] as number, result.data] as const] : []))), [stamp, key, wanted.join()]);
  return { blocks, error: results.find((result) => result.error)?.error };
}
