import { describe, expect, it } from "vitest";
import { apart, comparedCsv, comparedOf, liftOf, OUTCOMES } from "@/pages/lists/comparing";
import { readLists, shownList } from "@/pages/lists/search";
import { chosenWith } from "@/pages/lists/selection";
import { sorted } from "@/pages/lists/sorting";
import { editedText, tieredText, todayText, waitingText } from "@/pages/lists/telling";
import type { Answer, Figure } from "@/words/answer";
import { parseWords, writeWords } from "@/words/search";
import { faultText, lineText, readRows, separatorOf, withCell, withoutLines } from "@/words/rows";

describe("the text of an import", () => {
  it("is read by the sign that parts most in its first line, quotes and blank lines as the server does", () => {
    expect(separatorOf("a;b,c;d\n")).toBe(";");
    expect(separatorOf("\n\nname\tdomain\n")).toBe("\t");
    expect(readRows('\uFEFFname,group\r\n\r\n"Acme, ""the"" one",target\r\n,,\nBeta')).toEqual([["name", "group"], ['Acme, "the" one', "target"], ["Beta"]]);
  });
  it("is mended in one cell, and the rest stays as it was", () => {
    const text = 'company;domain\n"Acme; Inc";\n\n;acme.con\n';
    expect(withCell(text, 2, 1, "acme.com")).toBe('company;domain\n"Acme; Inc";\n;acme.com\n');
    expect(withCell("account,group\nAcme\n", 1, 1, "control")).toBe("account,group\nAcme,control\n");
    expect(withCell("Acme\nBetta\n", 1, 0, "Beta")).toBe("Acme\nBeta\n");
    expect(withCell("Acme\n", 7, 0, "x")).toBe("Acme\n");
  });
  it("is written so that it is read again", () => {
    for (const cell of ['a "b"', "a,b", "a\nb", " a "]) expect(readRows(withCell("x,y\n1,2\n", 1, 0, cell))[1]).toEqual([cell, "2"]);
  });
  it("loses lines, and tells one", () => {
    expect(withoutLines("account\na\nb\nc\n", new Set([1, 3]))).toBe("account\nb\n");
    expect(lineText("account,on\na,2026-01-01\n", 1)).toBe("a · 2026-01-01");
  });
});

describe("choosing rows", () => {
  const ids = ["a", "b", "c", "d"];
  it("adds and takes away one, or a stretch in either direction", () => {
    expect([...chosenWith(new Set(), ids, "b", undefined)]).toEqual(["b"]);
    expect([...chosenWith(new Set(["b"]), ids, "b", undefined)]).toEqual([]);
    expect([...chosenWith(new Set(["d"]), ids, "b", "d")].sort()).toEqual(["b", "c", "d"]);
    expect([...chosenWith(new Set(["a", "b", "c"]), ids, "c", "a")]).toEqual([]);
  });
  it("chooses one where the row before is no longer shown", () => {
    expect([...chosenWith(new Set(["z"]), ids, "c", "z")].sort()).toEqual(["c", "z"]);
  });
});

describe("what is told", () => {
  it("says what waits for a refresh, and nothing where nothing does", () => {
    expect(waitingText([{ name: "target", pending: 0 }], 0)).toBe("");
    expect(waitingText([{ name: "target", pending: 1 }], 0)).toBe("1 change of target is");
    const both = [
      { name: "target", pending: 12 },
      { name: "pilot", pending: 1 },
    ];
    expect(waitingText(both, 3)).toBe("12 changes of target, 1 change of pilot and 3 tiers are");
  });
  it("says what a change did, and what it would do", () => {
    expect(editedText({ joined: 2, left: 0, moved: 1, unchanged: 4 })).toBe("2 joined, 1 changed group, 4 already so");
    expect(editedText({ joined: 2, left: 3, moved: 0, unchanged: 0 }, "will")).toBe("2 will join, 3 will leave");
    expect(editedText({ joined: 0, left: 0, moved: 0, unchanged: 0 })).toBe("nothing to do");
    expect(tieredText({ changed: 1, unchanged: 2 })).toBe("1 tier set, 2 already so");
  });
  it("leaves the hint to the buttons where there are some", () => {
    expect(faultText({ what: "No account is called 'X'.", mend: "Did you mean 'Y'?", meant: ["Y"] })).toBe("No account is called 'X'.");
    expect(faultText({ what: "'x' is no date or time.", mend: "Write 2026-06-30.", meant: [] })).toBe("'x' is no date or time. Write 2026-06-30.");
  });
  it("writes today as date fields do", () => expect(todayText(new Date(2026, 0, 5, 23, 59))).toBe("2026-01-05"));
});

describe("the address", () => {
  it("keeps what it says, and leaves out what makes no sense", () => {
    const state = { list: "key accounts", part: "compare" as const, on: "2026-02-01", find: "mill", kpis: ["win_rate", "x(a=1,b=2)"] };
    expect(readLists(parseWords(writeWords(state)))).toEqual(state);
    expect(readLists({ on: "someday", part: "x", tiers: "2" })).toEqual({});
  });
  it("shows the list it names, else the target list, else the first", () => {
    expect(shownList({}, ["a", "target"])).toBe("target");
    expect(shownList({}, ["b", "c"])).toBe("b");
    expect(shownList({ list: "gone" }, ["b"])).toBe("gone");
    expect(shownList({ tiers: "1" }, ["target"])).toBeUndefined();
    expect(shownList({}, [])).toBeUndefined();
  });
});

describe("rows in order", () => {
  const rows = [{ name: "b10" }, { name: null }, { name: "B9" }];
  it("puts what is unknown last either way, and numbers in their order", () => {
    expect(sorted(rows, { key: "name", down: false }).map((row) => row.name)).toEqual(["B9", "b10", null]);
    expect(sorted(rows, { key: "name", down: true }).map((row) => row.name)).toEqual(["b10", "B9", null]);
  });
});

const period = { label: "Q3", start: "2026-07-01", end: "2026-10-01", partial: false };
const series = (value: number | null, lower: number | null, upper: number | null, parts: Record<string, number> = {}) => ({
  kpi: "k",
  unit: "money",
  value: value === null ? null : [value],
  n: [9],
  lower: lower === null ? null : [lower],
  upper: upper === null ? null : [upper],
  parts: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, [part]])),
  flags: {},
  compare: {},
});
const answer = (...kpis: object[]) => ({ currency: "EUR", periods: [period], groups: [{ by: {} }], kpis, notes: [] }) as unknown as Answer;
const figure = (value: number | null, lower: number | null = null, upper: number | null = null) => ({ ...series(value, lower, upper), value, lower, upper, currency: "EUR", period, flags: [] }) as unknown as Figure;

describe("target against control", () => {
  it("tells the lift with both groups before and after, and whether it may be chance", () => {
    const parts = { target_pre: 10, target_post: 30, control_pre: 8, control_post: 9, target_accounts: 21, control_accounts: 20 };
    const told = liftOf(answer(series(19, 4, 34, parts), series(-3, -9, 3), series(null, null, null), series(-5, -9, -1), series(2, null, null)));
    expect(told.map((one) => one.asked)).toEqual(OUTCOMES.map((one) => one.asked));
    expect(told[0]).toMatchObject({ target: [10, 30], control: [8, 9], accounts: [21, 20], meaning: "good", words: "better than it would have been" });
    expect(told.slice(1).map((one) => [one.meaning, one.words])).toEqual([
      ["neutral", "may be chance"],
      ["neutral", "not known"],
      ["bad", "worse than it would have been"],
      ["neutral", "may be chance"],
    ]);
  });
  it("says which group is better, by the good direction, unless their intervals meet", () => {
    const sides = (target: Figure, control: Figure) => ({ asked: "k", target, control });
    const [much, little, some] = [figure(30, 26, 38), figure(20, 15, 25), figure(30, 22, 38)];
    expect(apart(sides(much, little), "up")).toEqual({ text: "+50.0%", meaning: "good", words: "better than control" });
    expect(apart(sides(much, little), "down")).toMatchObject({ meaning: "bad", words: "worse than control" });
    expect(apart(sides(little, much), "up")).toMatchObject({ meaning: "bad", words: "worse than control" });
    expect(apart(sides(much, little), "context")).toMatchObject({ meaning: "neutral", words: "higher" });
    expect(apart(sides(some, little), "up")).toMatchObject({ meaning: "neutral", words: "may be chance" });
    expect(apart(sides(little, some), "up").words).toBe("may be chance");
    expect(apart(sides(figure(30), figure(20)), "up"), "a sum of a larger group says nothing").toMatchObject({ meaning: "neutral", words: "higher; how surely is not known" });
    expect(apart(sides(figure(0.2), figure(0.2)), "up")).toEqual({ text: "0", meaning: "neutral", words: "the same" });
    expect(apart(sides(figure(null), figure(20)), "up")).toEqual({ text: "–", meaning: "none", words: "not known of both" });
  });
  it("is taken along as CSV", () => {
    const rows = comparedOf(answer(series(3, 1, 5)), answer(series(null, null, null)), ["k"]);
    expect(comparedCsv(rows, () => "A, B").split("\r\n").slice(0, 2)).toEqual(["kpi,name,unit,target,target_lower,target_upper,control,control_lower,control_upper", 'k,"A, B",money,3,1,5,,,']);
  });
});
