// CSV as spreadsheets read it safely: text that would be a formula is quoted by a leading apostrophe.

import type { Figure } from "./answer";

export type Cell = string | number | null | undefined;

export function csvOf(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [header.map(cellText).join(",")];
  for (const row of rows) lines.push(row.map(cellText).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

export const figuresCsv = (figures: readonly Figure[]): string =>
  csvOf(
    ["kpi", "period", "start", "end", "value", "lower", "upper", "n"],
    figures.map(({ kpi, period, value, lower, upper, n }) => [kpi, period.label, period.start, period.end, value, lower, upper, n]),
  );

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "number") return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Of a file, from its title: letters of any language and digits. */
export const fileName = (title: string): string => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "figures";

/** Hands a file to the person: what the browser's own download does, for content made here. */
export function download(name: string, content: Blob | string, type = "text/csv;charset=utf-8"): void {
  const address = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type }) : content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** The lines of a CSV, as spreadsheets write them: quotes, breaks within them, semicolons where the heading has them. */
export function linesOf(text: string): string[][] {
  const body = text.replace(/^\uFEFF/, "");
  const heading = body.split(/\r?\n/, 1)[0] as string;
  const mark = !heading.includes(",") && heading.includes(";") ? ";" : ",";
  const part = new RegExp(`("(?:[^"]|"")*"|[^${mark}\\r\\n"]*)(${mark}|\\r?\\n|$)`, "y");
  const lines: string[][] = [[]];
  while (part.lastIndex < body.length) {
    const [, cell, end] = (part.exec(body) ?? unreadable(lines.length)) as unknown as [string, string, string];
    lines.at(-1)?.push(asMeant(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
    if (end !== mark) lines.push([]);
  }
  return lines.filter((line) => line.some(Boolean));
}

function unreadable(line: number): never {
  throw new Error(`Row ${line} of the file cannot be read: there is a quotation mark within a cell, or one is missing.`);
}

/** Without the apostrophe that kept a spreadsheet from running a text. */
const asMeant = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
