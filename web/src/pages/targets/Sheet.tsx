// The cells of a sheet: arrows walk, with Shift they choose, a letter or Enter edits, Delete empties, blocks are copied and pasted.

import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { type Place, stepFrom } from "@/words/walking";
import { blockOf, blockText, boxOf, cellsIn, type Chosen, isIn, placed, type Written } from "./sheet";
import css from "./Targets.module.css";

export interface Head {
  key: string;
  title: string;
  note?: string;
}

export interface CellShown {
  text: string;
  edit: string; // what stands there while it is edited
  note?: string; // beneath the text
  label: string; // for whoever does not see the headings
  state?: "dirty" | "faulty";
}

interface Props {
  label: string;
  corner: string;
  rows: readonly Head[];
  columns: readonly Head[];
  cell: (place: Place) => CellShown;
  chosen: Chosen;
  locked: boolean; // looked at only
  onChoose: (chosen: Chosen) => void;
  onWrite: (cells: readonly Written[]) => void;
  last?: { title: string; cell: (row: number) => ReactNode }; // a column that is not written
}

const PAGE_ROWS = 10;
const BEGINS = /^[\d+\-=.,\p{Sc}]$/u; // what an amount can begin with: letters go to other pages

export function Sheet({ label, corner, rows, columns, cell, chosen, locked, onChoose, onWrite, last }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [editing, setEditing] = useState<Written>(); // a cell, with the text so far
  const walked = useRef(false);
  const { to } = chosen;
  const box = boxOf(chosen);
  useEffect(() => {
    if (!walked.current || editing !== undefined) return;
    walked.current = false;
    table.current?.querySelector<HTMLElement>(`[data-cell="${to.row}:${to.column}"]`)?.focus();
  }, [to.row, to.column, editing]);

  const go = (place: Place, extend = false) => {
    walked.current = true;
    onChoose({ from: extend ? chosen.from : place, to: place });
  };
  const size = { rows: rows.length, columns: columns.length, page: PAGE_ROWS };
  const commit = () => {
    if (editing && editing.text !== cell(editing).edit) onWrite([editing]);
    setEditing(undefined);
  };
  const finish = (keep: boolean, key: string) => {
    if (keep) commit();
    else setEditing(undefined);
    const step = key === "Tab" ? { row: 0, column: 1 } : key === "Enter" ? { row: 1, column: 0 } : { row: 0, column: 0 };
    go({ row: Math.min(to.row + step.row, rows.length - 1), column: Math.min(to.column + step.column, columns.length - 1) });
  };
  const onKey = (event: KeyboardEvent) => {
    if (editing !== undefined || event.defaultPrevented) return;
    const next = stepFrom(to, event, size);
    if (next) {
      event.preventDefault();
      go(next, event.shiftKey);
    } else if (!locked && (event.key === "Enter" || event.key === "F2")) {
      event.preventDefault();
      setEditing({ ...to, text: cell(to).edit });
    } else if (!locked && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      onWrite(cellsIn(box).map((place) => ({ ...place, text: "" })));
    } else if (!locked && BEGINS.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      setEditing({ ...to, text: event.key });
    }
  };
  const onCopy = (event: ClipboardEvent) => {
    if (editing !== undefined) return;
    event.preventDefault();
    const lines = Array.from({ length: box.bottom - box.top + 1 }, (_, at) => cellsIn({ ...box, top: box.top + at, bottom: box.top + at }));
    event.clipboardData.setData("text/plain", blockText(lines.map((line) => line.map((place) => cell(place).edit))));
  };
  const onPaste = (event: ClipboardEvent) => {
    if (editing !== undefined || locked) return;
    event.preventDefault();
    onWrite(placed(blockOf(event.clipboardData.getData("text/plain")), chosen, rows.length, columns.length));
  };
  return (
    <div className={css.scroller}>
      <table ref={table} className={css.sheet} role="grid" aria-label={label} aria-readonly={locked} aria-multiselectable onKeyDown={onKey} onCopy={onCopy} onPaste={onPaste}>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th key={column.key} scope="col" data-number>
                {column.title}
                {column.note && <small>{column.note}</small>}
              </th>
            ))}
            {last && <th scope="col">{last.title}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.key}>
              <th scope="row">
                {row.title}
                {row.note && <small>{row.note}</small>}
              </th>
              {columns.map((column, across) => {
                const here = to.row === at && to.column === across;
                const shown = cell({ row: at, column: across });
                return (
                  <td
                    key={column.key}
                    data-cell={`${at}:${across}`}
                    data-state={shown.state}
                    aria-label={shown.label}
                    aria-selected={isIn(box, at, across)}
                    tabIndex={here ? 0 : -1}
                    onPointerDown={(event) => {
                      if (here && editing) return;
                      commit();
                      go({ row: at, column: across }, event.shiftKey);
                    }}
                    onFocus={() => !here && editing === undefined && onChoose({ from: { row: at, column: across }, to: { row: at, column: across } })}
                    onDoubleClick={() => !locked && setEditing({ row: at, column: across, text: shown.edit })}
                  >
                    {here && editing ? (
                      <Editing text={editing.text} label={shown.label} onText={(text) => setEditing({ ...editing, text })} onDone={finish} />
                    ) : (
                      <>
                        {shown.text} {shown.note && <small>{shown.note}</small>}
                      </>
                    )}
                  </td>
                );
              })}
              {last && <td className={css.lastCell}>{last.cell(at)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface EditingProps {
  text: string;
  label: string;
  onText: (text: string) => void;
  onDone: (keep: boolean, key: string) => void;
}

function Editing({ text, label, onText, onDone }: EditingProps) {
  const done = useRef(false);
  const leave = (keep: boolean, key: string) => {
    if (done.current) return;
    done.current = true; // what takes the focus away leaves it a second time
    onDone(keep, key);
  };
  return (
    <input
      className={css.editing}
      aria-label={label}
      autoFocus
      value={text}
      onChange={(event) => onText(event.currentTarget.value)}
      onBlur={() => leave(true, "")}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter" || event.key === "Tab") {
          event.preventDefault();
          leave(true, event.key);
        } else if (event.key === "Escape") leave(false, "");
      }}
    />
  );
}
