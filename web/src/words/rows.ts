// The text of an import as rows, so that one cell can be mended: read and written as the server reads it.

const SEPARATORS = [",", ";", "\t"] as const;

/** What stands most often in the first line. */
export function separatorOf(text: string): string {
  const first = text.replace(/^\uFEFF?[\r\n]+/, "").split("\n")[0] ?? "";
  const count = (sign: string) => first.split(sign).length;
  return [...SEPARATORS].sort((a, b) => count(b) - count(a))[0] as string;
}

/** Lines that are not blank, each as its cells. */
export function readRows(text: string): string[][] {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.some((one) => one.trim())) rows.push(row);
    row = [];
  };
  const signs = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  for (let place = 0; place < signs.length; place += 1) {
    const sign = signs[place] as string;
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (signs[place + 1] === '"') {
        cell += sign;
        place += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === separator) endCell();
    else if (sign === "\n") endRow();
    else cell += sign;
  }
  endRow();
  return rows;
}

export function writeRows(rows: readonly (readonly string[])[], separator: string): string {
  const written = (cell: string) => (cell.includes('"') || cell.includes(separator) || /[\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => `${row.map(written).join(separator)}\n`).join("");
}

/** The text with another content of one cell; a row that is too short grows. */
export function withCell(text: string, line: number, cell: number, content: string): string {
  const separator = separatorOf(text);
  const rows = readRows(text).map((row) => [...row]);
  const row = rows[line];
  if (!row) return text;
  while (row.length <= cell) row.push("");
  row[cell] = content;
  return writeRows(rows, separator);
}

/** The text without some of its lines. */
export function withoutLines(text: string, lines: ReadonlySet<number>): string {
  return writeRows(
    readRows(text).filter((_, line) => !lines.has(line)),
    separatorOf(text),
  );
}

/** A line as it stands, to show what a problem is about. */
export const lineText = (text: string, line: number): string => readRows(text)[line]?.join(" · ") ?? "";

/** What is wrong with a row, with how to mend it where nothing is offered in its place. */
export const faultText = (fault: { what: string; mend: string | null; meant: readonly string[] }): string => (fault.meant.length ? fault.what : [fault.what, fault.mend].filter(Boolean).join(" "));
