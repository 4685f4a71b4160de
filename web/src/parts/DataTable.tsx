// A table of any length: only the rows in sight are there. Sorted by its headings, walked by arrow keys.

import { Skeleton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from "react";
import css from "./DataTable.module.css";

export interface Column<Row> {
  key: string;
  title: string;
  number?: boolean; // set right, in figures of one width
  width?: number; // pixels, least
  about?: string; // told on hover of the heading
  sorts?: boolean;
  cell: (row: Row, index: number) => ReactNode;
  tint?: (row: Row) => string | undefined; // background, for heat
}

export interface Sort {
  key: string;
  down: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  count: number;
  row: (index: number) => Row | undefined; // undefined while it is on its way
  rowKey?: (row: Row) => string;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  onVisible?: (first: number, last: number) => void; // to fetch what comes into sight
  height?: number | string; // of the part that scrolls; without, as high as its rows up to 560 px
  isTotal?: (row: Row) => boolean;
}

const ROW_PX = 36;
const ALL_PX = 560;

export function DataTable<Row>(props: Props<Row>) {
  const { columns, count, row, rowKey, sort, onSort, onVisible, isTotal } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => onVisible?.(first, last), [onVisible, first, last]);
  const above = items[0]?.start ?? 0;
  const below = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  const height = props.height ?? Math.min(ALL_PX, (count + 1) * ROW_PX + 6);

  const follow = (event: KeyboardEvent) => walk(event, (index) => rows.scrollToIndex(index));
  return (
    <div ref={scroller} className={css.scroller} style={{ height }} tabIndex={0} role="region" aria-label={`${props.label}, scrolls`}>
      <table className={css.table} aria-label={props.label} aria-rowcount={count + 1} onKeyDown={follow}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map(({ index }) => {
            const one = row(index);
            return (
              <tr key={one && rowKey ? rowKey(one) : index} aria-rowindex={index + 2} data-row={index} data-total={(one && isTotal?.(one)) || undefined}>
                {columns.map((column) => (
                  <Cell key={column.key} column={column} row={one} index={index} />
                ))}
              </tr>
            );
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
        </tbody>
      </table>
    </div>
  );
}

function Heading<Row>({ column, sort, onSort }: { column: Column<Row>; sort?: Sort; onSort?: (sort: Sort) => void }) {
  const mine = sort?.key === column.key ? sort : undefined;
  const order = mine ? (mine.down ? "descending" : "ascending") : undefined;
  const Arrow = mine?.down ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" aria-sort={order} data-number={column.number || undefined} style={{ minWidth: column.width }} title={column.about}>
      {onSort && column.sorts !== false ? (
        <button type="button" onClick={() => onSort({ key: column.key, down: mine ? !mine.down : Boolean(column.number) })}>
          {column.title}
          {mine && <Arrow size={13} aria-hidden />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

function Cell<Row>({ column, row, index }: { column: Column<Row>; row: Row | undefined; index: number }) {
  return (
    <td tabIndex={-1} data-number={column.number || undefined} style={{ background: row ? column.tint?.(row) : undefined }}>
      {row === undefined ? <Skeleton height={10} width="60%" /> : column.cell(row, index)}
    </td>
  );
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Moves the focus to the neighbouring cell; what can be clicked in it takes the focus. */
function walk(event: KeyboardEvent, show: (index: number) => void): void {
  const step = STEPS[event.key];
  const cell = (event.target as HTMLElement).closest("td");
  const line = cell?.parentElement as HTMLTableRowElement | null;
  if (!step || !cell || !line) return;
  event.preventDefault();
  const index = Number(line.dataset.row) + step[0];
  show(Math.max(index, 0));
  const body = line.parentElement;
  const target = body?.querySelector<HTMLElement>(`tr[data-row="${index}"] > td:nth-child(${cell.cellIndex + 1 + step[1]})`);
  (target?.querySelector<HTMLElement>("button, a") ?? target)?.focus();
}
