// What the data page makes of what is told: the balance summed up, choices of a review, rows as they are mended.

import type { Aside, Balanced, Candidate, Decided, Decision, Matches, MendedRow, Reason, Source, Waiting } from "@/api/data";
import type { Cell } from "@/words/listing";

/** Sums over tables; `whole`: in every table nothing is lost. */
export function balanceOf(tables: readonly Balanced[]) {
  const sum = (read: (table: Balanced) => number): number => tables.reduce((all, table) => all + read(table), 0);
  const known = tables.filter((table) => table.unmatched !== null);
  return {
    takenIn: sum((table) => table.taken_in),
    accepted: sum((table) => table.accepted),
    duplicates: sum((table) => table.duplicates),
    quarantined: sum((table) => table.quarantined),
    unmatched: known.length ? known.reduce((all, table) => all + (table.unmatched ?? 0), 0) : null,
    whole: tables.every((table) => table.whole),
  };
}

/** Rows that cannot be told of: taken in, and neither accepted, nor a duplicate, nor quarantined. */
export const missingOf = (table: Balanced): number => table.taken_in - table.accepted - table.duplicates - table.quarantined;

/** Tables with most rows to look at first: those that lost any, quarantined, of no account, then the rest by name. */
export function byConcern(tables: readonly Balanced[]): Balanced[] {
  const weight = (table: Balanced): number[] => [Number(!table.whole), table.quarantined, table.unmatched ?? 0, table.duplicates];
  return [...tables].sort((one, other) => {
    const [mine, its] = [weight(one), weight(other)];
    const at = mine.findIndex((value, index) => value !== its[index]);
    return at < 0 ? one.table.localeCompare(other.table) : (its[at] as number) - (mine[at] as number);
  });
}

/** Rows that a source gave; unknown where others give rows to the same tables. */
export function rowsFrom(source: Source, all: readonly Source[], tables: readonly Balanced[]): number | null {
  const shared = source.entities.some((entity) => all.some((other) => other.source !== source.source && other.entities.includes(entity)));
  const mine = tables.filter((table) => source.entities.includes(table.table));
  return shared || mine.length === 0 ? null : mine.reduce((sum, table) => sum + table.taken_in, 0);
}

export type Choice = { kind: "is" | "not"; account: string } | { kind: "none" };

export function readChoice(text: string | undefined): Choice | undefined {
  if (text === "none") return { kind: "none" };
  const [, kind, account] = /^(is|not):(.+)$/.exec(text ?? "") ?? [];
  return kind && account ? { kind: kind as "is" | "not", account } : undefined;
}

export const writeChoice = (choice: Choice): string => (choice.kind === "none" ? "none" : `${choice.kind}:${choice.account}`);

/** A choice as the API is told it. */
export const decisionOf = (item: string, choice: Choice): Decision =>
  choice.kind === "none" ? { value: item, decision: "reject" } : { value: item, account: choice.account, decision: choice.kind === "is" ? "accept" : "reject" };

/** What was decided of an item and has not been refreshed yet. Several rejections may stand beside each other. */
export const decidedOf = (said: string, decided: readonly Decided[]): Decided[] => decided.filter((one) => one.said === said);

/** Whether anything is left to decide: one accepted, all of it nobody's, or every candidate rejected. */
export function isSettled(item: Waiting, decided: readonly Decided[]): boolean {
  const mine = decidedOf(item.said, decided);
  if (mine.some((one) => one.accepted || one.account_id === null)) return true;
  return item.candidates.length > 0 && item.candidates.every((candidate) => mine.some((one) => one.account_id === candidate.account_id));
}

/** Whether the snapshot that is shown knows nothing of a decision yet: it still waits for it, or keeps both accounts. */
export function isPending(one: Decided, told: Pick<Matches, "waiting" | "merged">): boolean {
  if (told.waiting.some((item) => item.said === one.said)) return true;
  return one.kind === "account" && one.accepted && !told.merged.some((merged) => merged.loser_id === one.value);
}

/** The next item that is left to decide, after this one or from the start again. */
export function nextOf(items: readonly Waiting[], decided: readonly Decided[], after: string | undefined): Waiting | undefined {
  const at = items.findIndex((item) => item.said === after);
  const turned = [...items.slice(at + 1), ...items.slice(0, Math.max(at, 0))];
  return turned.find((item) => item.said !== after && !isSettled(item, decided));
}

export const rowsOf = (item: Waiting): number => Object.values(item.rows).reduce((all, count) => all + count, 0);

export const tableWords = (name: string): string => name.replaceAll("_", " ");

const WAYS: Record<string, string> = {
  domain: "Same domain",
  subdomain: "A subdomain of its domain",
  name: "Same name",
  name_variant: "Same name but for its country or form of law",
  likeness: "A name much like it",
  decision: "Decided by a person",
  domain_and_name: "Domain and name together",
};

/** How an account was found: `name_of_parent` → `Same name, at the head of its group`. */
export function wayWords(method: string): string {
  const plain = method.replace(/_of_parent$/, "");
  const words = WAYS[plain] ?? plain.replaceAll("_", " ");
  return plain === method ? words : `${words}, at the head of its group`;
}

/** Ways as they are of two accounts that may be one. */
export const twinWords = (method: string): string => (method === "domain" ? "They share a domain" : method === "name" ? "They share a name" : wayWords(method));

/** What is decided, in words: `is Acme`, `is nobody's`. */
export function decidedWords(one: Decided, name: (id: string) => string): string {
  if (one.account_id === null) return "is nobody's";
  if (one.kind === "account") return one.accepted ? `counts as ${name(one.account_id)}` : `is another company than ${name(one.account_id)}`;
  return one.accepted ? `is ${name(one.account_id)}` : `is not ${name(one.account_id)}`;
}

/** The column a reason speaks of: it begins with its name. */
export function faultyColumn(reason: string, columns: readonly string[]): string | undefined {
  const first = reason.split(" ", 1)[0] as string;
  return columns.includes(first) ? first : undefined;
}

/** All columns that rows have, in the order in which they come. */
export function columnsOf(rows: readonly Aside[]): string[] {
  const found = new Set<string>();
  for (const row of rows) if (typeof row.content !== "string") for (const name of Object.keys(row.content)) found.add(name);
  return [...found];
}

export const cellText = (value: unknown): string => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

const PLACE = ["table", "source", "row_number"] as const;

export const keyOf = (row: Pick<Aside, (typeof PLACE)[number]>): string => `${row.table} ${row.source} ${row.row_number}`;

/** A row as it is given back: where it stood, and all its columns as they should be. */
export const mendedRow = (row: Aside, cells: Readonly<Record<string, string>>): MendedRow => ({ ...cells, table: row.table, source: row.source, row_number: row.row_number });

/** Rows for a spreadsheet: of one table a column for each column, so that they can be mended there and read back. */
export function sheetOf(rows: readonly Aside[]): { header: string[]; lines: Cell[][] } {
  const columns = columnsOf(rows).filter((name) => name !== "reason" && !(PLACE as readonly string[]).includes(name));
  const header = [...PLACE, "reason", ...columns];
  const cells = (row: Aside): Cell[] => columns.map((name) => (typeof row.content === "string" ? null : cellText(row.content[name])));
  return { header, lines: rows.map((row) => [row.table, row.source, row.row_number, row.reason, ...cells(row)]) };
}

/** Lines of a sheet that was mended, as rows; `undefined` where it does not say which rows they are. */
export function rowsOfSheet(lines: readonly (readonly string[])[]): MendedRow[] | undefined {
  const [header, ...rest] = lines;
  if (!header || !PLACE.every((name) => header.includes(name))) return undefined;
  return rest.filter((line) => line.some(Boolean)).map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ""])));
}

/** Reasons by table, tables with most rows first. */
export function byTable(reasons: readonly Reason[]): { table: string; count: number; reasons: Reason[] }[] {
  const found = new Map<string, Reason[]>();
  for (const reason of reasons) found.set(reason.table, [...(found.get(reason.table) ?? []), reason]);
  const tables = [...found].map(([table, some]) => ({ table, count: some.reduce((all, one) => all + one.count, 0), reasons: some }));
  return tables.sort((one, other) => other.count - one.count || one.table.localeCompare(other.table));
}

/** What a value is beside a candidate: equal texts are evidence, whatever their case. */
export const isSame = (one: unknown, other: unknown): boolean => cellText(one) !== "" && cellText(one).toLowerCase() === cellText(other).toLowerCase();

/** How sure a candidate is, in words that do not promise more than was found. */
export const sureWords = (candidate: Pick<Candidate, "confidence">): string => (candidate.confidence >= 0.9 ? "likely" : candidate.confidence >= 0.6 ? "possible" : "uncertain");

/** Quarantined rows out of the file that the API gives of them. */
export function asideOf(lines: readonly (readonly string[])[]): Aside[] {
  const [header = [], ...rest] = lines;
  return rest.map((line) => {
    const cell = (name: string): string => line[header.indexOf(name)] ?? "";
    return { table: cell("table"), source: cell("source"), row_number: cell("row_number") ? Number(cell("row_number")) : null, reason: cell("reason"), content: contentOf(cell("content")) };
  });
}

/** A row by its columns; a line that could not be split as it was. */
function contentOf(text: string): Aside["content"] {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : text;
  } catch {
    return text;
  }
}
