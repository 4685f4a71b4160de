// The CSV of exactly what is seen: the server's file has every part of a figure; those in sight are taken, in order.

import type { Column } from "./columns";

/** The server's CSV with only the columns in sight, headed as they are; courses are pictures and stay out. */
export function seenOf(file: string, columns: readonly Column[], compare: string): string {
  const rows = cellsOf(file);
  const titles = rows[0] ?? [];
  const seen = [{ title: "Account id", from: "account_id" }, { title: "Account", from: "name" }, ...columns.flatMap((column) => (column.shows === "course" ? [] : [{ title: column.title, from: titleOf(column, titles, compare) }]))];
  const places = seen.map(({ from }) => titles.indexOf(from));
  const lines = [seen.map(({ title }) => title), ...rows.slice(1).map((row) => places.map((place) => row[place] ?? ""))];
  return lines.map((line) => `${line.map(written).join(",")}\r\n`).join("");
}

/** Where the server puts what a column shows: names beside ids, changes behind values. */
function titleOf(column: Column, titles: readonly string[], compare: string): string {
  if (column.shows === "change" && compare !== "none") return `${column.asked} change`;
  const named = `${column.asked.replace(/_id$/, "")}_name`;
  return column.shows === "attribute" && column.asked !== "account_id" && titles.includes(named) ? named : column.asked;
}

/** The server has already made text safe that a spreadsheet would run as a formula. */
const written = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** The cells of a CSV file (RFC 4180), line after line. */
export function cellsOf(file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gy;
  while (cell.lastIndex < file.length) {
    const found = cell.exec(file);
    if (!found) break; // a lone carriage return: the server writes none
    row.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    if (found[3] !== ",") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
