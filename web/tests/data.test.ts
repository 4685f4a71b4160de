import { describe, expect, it } from "vitest";
import type { Aside, Balanced, Decided, Source, Waiting } from "@/api/data";
import { readData } from "@/pages/data/search";
import {
  asideOf, balanceOf, byConcern, byTable, decidedWords, decisionOf, faultyColumn, isPending, isSame, isSettled, mendedRow, missingOf, nextOf, readChoice, rowsFrom, rowsOfSheet, sheetOf, wayWords, writeChoice,
} from "@/pages/data/telling";
import { csvOf, linesOf } from "@/words/listing";
import { parseWords, writeWords } from "@/words/search";

const table = (name: string, taken: number, accepted: number, duplicates = 0, quarantined = 0, unmatched: number | null = null): Balanced =>
  ({ table: name, taken_in: taken, accepted, duplicates, quarantined, unmatched, whole: taken === accepted + duplicates + quarantined });
const item = (said: string, ids: string[], rows: Record<string, number> = {}): Waiting => {
  const [kind, value] = said.split(":") as [string, string];
  return { kind, value, said, rows, candidates: ids.map((account_id) => ({ account_id, name: account_id, method: "domain", confidence: 0.5 })) };
};
const decided = (said: string, account_id: string | null, accepted: boolean): Decided => {
  const [kind, value] = said.split(":") as [string, string];
  return { kind, value, said, account_id, accepted };
};

describe("the balance", () => {
  const tables = [table("a", 10, 10), table("b", 10, 7, 1, 2, 3), table("c", 9, 5, 1, 2, 0)];
  it("adds up over all tables, and one lost row in one of them is told", () => {
    expect(balanceOf(tables.slice(0, 2))).toEqual({ takenIn: 20, accepted: 17, duplicates: 1, quarantined: 2, unmatched: 3, whole: true });
    expect(balanceOf(tables).whole).toBe(false);
    expect(missingOf(tables[2] as Balanced)).toBe(1);
  });
  it("knows no number of rows without account where none could have one", () => expect(balanceOf([table("a", 1, 1)]).unmatched).toBeNull());
  it("shows what lost rows first, then what has most aside", () => expect(byConcern(tables).map((one) => one.table)).toEqual(["c", "b", "a"]));
  it("counts rows of a source only where it alone gives them", () => {
    const source = (name: string, entities: string[]) => ({ source: name, entities }) as Source;
    const [one, other, third] = [source("x", ["a"]), source("y", ["b"]), source("z", ["b", "c"])];
    const all = [one, other, third];
    expect(all.map((each) => rowsFrom(each, all, tables))).toEqual([10, null, null]);
  });
});

describe("a review", () => {
  it("keeps its choice in the address", () => {
    for (const text of ["is:A1", "not:A:2", "none"]) expect(writeChoice(readChoice(text) as never)).toBe(text);
    expect(readChoice("maybe:A1")).toBeUndefined();
    const state = readData(parseWords("?part=matches&item=domain:acme.com&choice=is:A1&period=last-quarter"));
    expect(state).toEqual({ part: "matches", item: "domain:acme.com", choice: "is:A1", period: "last-quarter" });
    expect(readData(parseWords(writeWords({ ...state })))).toEqual(state);
    expect(readData(parseWords("?part=nonsense"))).toEqual({});
  });
  it("says to the API what was meant", () => {
    expect(decisionOf("domain:x.com", { kind: "is", account: "A" })).toEqual({ value: "domain:x.com", account: "A", decision: "accept" });
    expect(decisionOf("domain:x.com", { kind: "not", account: "A" })).toEqual({ value: "domain:x.com", account: "A", decision: "reject" });
    expect(decisionOf("domain:x.com", { kind: "none" })).toEqual({ value: "domain:x.com", decision: "reject" });
  });
  const two = item("domain:twin.com", ["A", "B"]);
  it("is over when one is accepted, it is nobody's, or no candidate is left", () => {
    expect(isSettled(two, [])).toBe(false);
    expect(isSettled(two, [decided("domain:twin.com", "A", false)])).toBe(false);
    expect(isSettled(two, [decided("domain:twin.com", "A", false), decided("domain:twin.com", "B", false)])).toBe(true);
    expect(isSettled(two, [decided("domain:twin.com", "C", true)])).toBe(true);
    expect(isSettled(two, [decided("domain:twin.com", null, false)])).toBe(true);
    expect(isSettled(two, [decided("name:twin.com", "A", true)])).toBe(false);
  });
  it("goes on to the next that is left, and round again", () => {
    const all = [item("domain:a.com", ["A"]), item("domain:b.com", ["B"]), item("domain:c.com", ["C"])];
    const done = [decided("domain:c.com", "C", true)];
    expect(nextOf(all, done, "domain:a.com")?.said).toBe("domain:b.com");
    expect(nextOf(all, done, "domain:b.com")?.said).toBe("domain:a.com");
    expect(nextOf(all, done, undefined)?.said).toBe("domain:a.com");
    expect(nextOf(all.slice(2), done, undefined)).toBeUndefined();
  });
  it("tells which decisions the snapshot does not know yet", () => {
    const told = { waiting: [two], merged: [{ loser_id: "B", survivor_id: "A", source: "merges.csv" }] };
    expect(isPending(decided("domain:twin.com", "A", true), told)).toBe(true);
    expect(isPending(decided("domain:other.com", "A", true), told)).toBe(false);
    expect(isPending(decided("account:B", "A", true), told)).toBe(false);
    expect(isPending(decided("account:C", "A", true), told)).toBe(true);
  });
  it("is said in words", () => {
    const name = (id: string) => `<${id}>`;
    expect(decidedWords(decided("domain:x", "A", true), name)).toBe("is <A>");
    expect(decidedWords(decided("domain:x", null, false), name)).toBe("is nobody's");
    expect(decidedWords(decided("account:B", "A", true), name)).toBe("counts as <A>");
    expect(wayWords("domain_of_parent")).toBe("Same domain, at the head of its group");
    expect(wayWords("something_new")).toBe("something new");
    expect(isSame("ACME.com", "acme.com")).toBe(true);
    expect(isSame("", undefined)).toBe(false);
  });
});

describe("mending", () => {
  const row = (content: Aside["content"], reason = "amount '-1' is below 0"): Aside => ({ table: "orders", source: "files/orders.csv", row_number: 7, reason, content });
  it("knows the column a reason speaks of", () => {
    expect(faultyColumn("amount '-1' is below 0", ["order_id", "amount"])).toBe("amount");
    expect(faultyColumn("the line has too many cells", ["order_id"])).toBeUndefined();
  });
  it("gives back where the row stood, whatever its columns are called", () => {
    expect(mendedRow(row({}), { amount: "1", source: "web" })).toEqual({ amount: "1", table: "orders", source: "files/orders.csv", row_number: 7 });
  });
  it("survives a spreadsheet: written, guarded, read back", () => {
    const rows = [row({ order_id: "O1", amount: "-1", note: 'a "b",\nc' }), row("a line, not split")];
    const { header, lines } = sheetOf(rows);
    const read = rowsOfSheet(linesOf(csvOf(header, lines)));
    expect(read?.[0]).toMatchObject({ table: "orders", row_number: "7", order_id: "O1", amount: "-1", note: 'a "b",\nc' });
    expect(read).toHaveLength(2);
    expect(rowsOfSheet(linesOf("a,b\n1,2\n"))).toBeUndefined();
  });
  it("reads rows out of the file of the API", () => {
    const file = csvOf(["table", "source", "row_number", "reason", "content"], [["orders", "f", 7, "r", '{"amount":"-1"}'], ["orders", "f", null, "r", "not split"]]);
    expect(asideOf(linesOf(file)).map((one) => [one.row_number, one.content])).toEqual([[7, { amount: "-1" }], [null, "not split"]]);
  });
  it("lists reasons by table, the one with most rows first", () => {
    const found = byTable([{ table: "a", reason: "x", count: 3 }, { table: "b", reason: "y", count: 2 }, { table: "b", reason: "z", count: 2 }]);
    expect(found.map((one) => [one.table, one.count])).toEqual([["b", 4], ["a", 3]]);
  });
});

describe("a CSV", () => {
  it("is read with quotes, breaks, a byte order mark, semicolons and no end of line", () => {
    expect(linesOf('\uFEFFa;b\r\n"1;2";"say ""x"""\r\n3;')).toEqual([["a", "b"], ["1;2", 'say "x"'], ["3"]]);
    expect(linesOf("a,b,c\n1,,3\n\n")).toEqual([["a", "b", "c"], ["1", "", "3"]]);
    expect(linesOf("")).toEqual([]);
  });
  it("is refused where it is torn, and not read by half", () => expect(() => linesOf('a,b\n1,"2\n3,4\n')).toThrow("Row 2"));
  it("gives back texts that were guarded from being run", () => expect(linesOf(csvOf(["a"], [["=1+1"], ["it's"]]))).toEqual([["a"], ["=1+1"], ["it's"]]));
});
