// The table of accounts: only rows in sight are there, the first column and the headings stay, arrow keys walk.

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useNavigate } from "@tanstack/react-router";
import { type CSSProperties, type FocusEvent, Fragment, memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Cell, NameCell } from "./Cells";
import { type Column, NAME } from "./columns";
import css from "./Grid.module.css";
import { Heading, type HeadingDoes } from "./Heading";
import { type Place, stepFrom } from "@/words/walking";
import type { Row, Rows } from "./useRows";

const ROW_PX = 40;
const HEAD_PX = 52;

interface Props {
  columns: readonly Column[];
  rows: Rows;
  total: number | undefined; // undefined while nothing is known
  currency: string;
  sort: string;
  nameWidth: number;
  heat: boolean;
  compare: string;
  period: string;
  does: HeadingDoes;
  question: string; // a new one begins at the top
}

export function Grid({ columns, rows, total, currency, sort, nameWidth, heat, compare, period, does, question }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const moving = useRef(false);
  const navigate = useNavigate();
  const count = total ?? 12;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    scrollPaddingEnd: HEAD_PX,
    rangeExtractor: (range) => {
      const sight = defaultRangeExtractor(range);
      return sight.includes(active.row) || active.row >= count ? sight : [...sight, active.row].sort((a, b) => a - b);
    },
  });
  const items = virtual.getVirtualItems();
  const { startIndex, endIndex } = virtual.range ?? { startIndex: 0, endIndex: 0 };
  const { look } = rows;
  useEffect(() => look({ first: startIndex, last: endIndex, held: active.row }), [look, startIndex, endIndex, active.row]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
    setActive({ row: 0, column: 0 });
  }, [question]);
  useLayoutEffect(() => {
    if (!moving.current) return;
    moving.current = false;
    const cell = scroller.current?.querySelector<HTMLElement>(`[data-cell="${active.row}:${active.column}"]`);
    const target = cell?.querySelector<HTMLElement>("a, button") ?? cell;
    target?.focus({ preventScroll: true });
    cell?.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }, [active]);

  useEffect(() => {
    // A row that was walked to before it was there: its door takes the focus from the cell.
    const here = document.activeElement;
    if (here instanceof HTMLElement && here.dataset.cell === `${active.row}:${active.column}`) here.querySelector<HTMLElement>("a, button")?.focus({ preventScroll: true });
  });

  const walk = (event: React.KeyboardEvent) => {
    const shown = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - HEAD_PX) / ROW_PX) - 1);
    const next = stepFrom(active, event, { rows: count, columns: columns.length + 1, page: shown });
    if (next) {
      event.preventDefault();
      moving.current = true;
      virtual.scrollToIndex(next.row);
      setActive(next);
    } else if (event.key === "Enter" && (event.target as HTMLElement).tagName === "TD") {
      const id = rows.row(active.row)?.id;
      if (id) void navigate({ to: "/accounts/$id", params: { id } });
    }
  };
  const focus = (event: FocusEvent) => {
    const place = (event.target as HTMLElement).closest<HTMLElement>("[data-cell]")?.dataset.cell?.split(":").map(Number);
    if (place) setActive((now) => (now.row === place[0] && now.column === place[1] ? now : { row: place[0] as number, column: place[1] as number }));
  };
  const width = nameWidth + columns.reduce((sum, column) => sum + column.width, 0);
  const gaps = spaces(items, virtual.getTotalSize());
  return (
    <div ref={scroller} className={css.scroller} style={{ "--first": `${nameWidth}px` } as CSSProperties}>
      <table className={css.table} role="grid" aria-label="Accounts" aria-rowcount={count + 1} aria-colcount={columns.length + 1} aria-busy={total === undefined || rows.fading} data-fading={rows.fading || undefined} style={{ width }} onKeyDown={walk}>
        <Head columns={columns} sort={sort} nameWidth={nameWidth} does={does} />
        <tbody onFocus={focus}>
          {items.map(({ index }, place) => (
            <Fragment key={index}>
              <Gap height={gaps[place] ?? 0} />
              <Line index={index} row={rows.row(index)} columns={columns} focused={active.row === index ? active.column : -1} heat={heat} compare={compare} period={period} currency={currency} />
            </Fragment>
          ))}
          <Gap height={gaps.at(-1) ?? 0} />
        </tbody>
      </table>
    </div>
  );
}

const Head = memo(function Head({ columns, sort, nameWidth, does }: Pick<Props, "columns" | "sort" | "nameWidth" | "does">) {
  return (
    <>
      <colgroup>
        <col style={{ width: nameWidth }} />
        {columns.map((column) => (
          <col key={column.key} style={{ width: column.width }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          <Heading title="Account" name={NAME} number={false} sort={sort} width={nameWidth} does={does} />
          {columns.map((column, index) => (
            <Heading key={column.key} title={column.title} name={column.key} column={column} number={column.number} sort={sort} width={column.width} does={does} place={index} last={columns.length - 1} />
          ))}
        </tr>
      </thead>
    </>
  );
});

const Gap = ({ height }: { height: number }) => height > 0 && <tr aria-hidden style={{ height }} />;

/** Room above each row in sight, and at last below all of them: the row that is walked on may lie far away. */
function spaces(items: readonly { start: number; end: number }[], whole: number): number[] {
  let from = 0;
  const found = items.map((item) => {
    const gap = item.start - from;
    from = item.end;
    return gap;
  });
  return [...found, Math.max(0, whole - from)];
}

interface LineProps {
  index: number;
  row: Row | undefined;
  columns: readonly Column[];
  focused: number; // the cell that the Tab key reaches; -1: none of this row
  heat: boolean;
  compare: string;
  period: string;
  currency: string;
}

const Line = memo(function Line({ index, row, columns, focused, ...look }: LineProps) {
  const cell = (column: number) => ({ "data-cell": `${index}:${column}`, tabIndex: focused === column && (column > 0 || !row) ? 0 : -1 });
  return (
    <tr aria-rowindex={index + 2} data-waits={row === undefined || undefined}>
      <th scope="row" {...cell(0)}>
        {row && <NameCell id={row.id} name={row.name} reached={focused === 0} />}
      </th>
      {columns.map((column, place) => (
        <td key={column.key} {...cell(place + 1)} data-number={column.number || undefined}>
          {row && <Cell column={column} row={row} reached={focused === place + 1} {...look} />}
        </td>
      ))}
    </tr>
  );
});
