// A sheet of cells walked and filled like a spreadsheet's: which are chosen, what is copied, where what is pasted goes.

import type { Place } from "@/words/walking";

/** From the cell where choosing began to the one that was walked to. */
export interface Chosen {
  from: Place;
  to: Place;
}

export interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export const boxOf = ({ from, to }: Chosen): Box => ({
  top: Math.min(from.row, to.row),
  bottom: Math.max(from.row, to.row),
  left: Math.min(from.column, to.column),
  right: Math.max(from.column, to.column),
});

export const isIn = ({ top, bottom, left, right }: Box, row: number, column: number): boolean => row >= top && row <= bottom && column >= left && column <= right;

/** Cells as spreadsheets put them on the clipboard: tabs and lines, quoted where a cell holds one of these. */
export function blockOf(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|\r|$)/gy;
  const rows: string[][] = [[]];
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) break;
    rows.at(-1)?.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    if (found[3] !== "\t" && cell.lastIndex < text.length) rows.push([]);
  }
  return rows;
}

export const blockText = (block: readonly (readonly string[])[]): string =>
  block.map((row) => row.map((cell) => (/[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join("\t")).join("\n");

export interface Written extends Place {
  text: string;
}

/** Where a block goes: one cell fills all that are chosen, more begin at the first of them; beyond the sheet nothing is. */
export function placed(block: readonly (readonly string[])[], chosen: Chosen, rows: number, columns: number): Written[] {
  const box = boxOf(chosen);
  const only = block.length === 1 && block[0]?.length === 1 ? (block[0][0] as string) : undefined;
  if (only !== undefined) return cellsIn(box).map((place) => ({ ...place, text: only }));
  return block.flatMap((line, row) => line.map((text, column): Written => ({ row: box.top + row, column: box.left + column, text }))).filter((one) => one.row < rows && one.column < columns);
}

export function cellsIn({ top, bottom, left, right }: Box): Place[] {
  const rows = Array.from({ length: bottom - top + 1 }, (_, at) => top + at);
  return rows.flatMap((row) => Array.from({ length: right - left + 1 }, (_, at) => ({ row, column: left + at })));
}
