import { describe, expect, it } from "vitest";
import type { Pace, Target } from "@/api/targets";
import { editText, readAmount } from "@/pages/targets/amounts";
import { cellOf, changesOf, linesOf, withDraft } from "@/pages/targets/rows";
import { blockOf, blockText, placed } from "@/pages/targets/sheet";
import { shownOf, spansOf, yearOf } from "@/pages/targets/spans";
import { factsOf, isSpan, marksOf, scopeOf, shareText, verdictOf } from "@/words/pace";
import { whereOf } from "@/words/search";

describe("amounts", () => {
  it("are read as they are written where one lives", () => {
    expect(readAmount("1,200,000.5", "en")).toBe("1200000.5");
    expect(readAmount("1.200.000,5 €", "de")).toBe("1200000.5");
    expect(readAmount("1 200 000", "fr")).toBe("1200000");
    expect(readAmount("1’200’000", "de-CH")).toBe("1200000");
    expect(readAmount("€1.2M", "en")).toBe("1200000");
    expect(readAmount("-3k", "en")).toBe("-3000");
    expect(readAmount("1.200", "de")).toBe("1200");
    expect(readAmount("1.2", "de")).toBe("1.2"); // parts no thousands
  });
  it("may be shares, growth and formulas; what is none is left to the API", () => {
    expect(readAmount(" 40 % ", "de")).toBe("40%");
    expect(readAmount("+10,5%", "de")).toBe("+10.5%");
    expect(readAmount("= mrr * 1.1")).toBe("= mrr * 1.1");
    expect(readAmount("a lot", "en")).toBe("a lot");
    expect(readAmount("")).toBe("");
  });
  it("stand in an edited cell so that they are read back, wherever one lives", () => {
    for (const locale of ["en", "de", "fr", "de-CH", "en-IN"])
      for (const [amount, unit] of [["1234.567", "money"], ["1234", "money"], ["0.405", "fraction"], ["+10.5%", "money"], ["-7", "count"]] as const) {
        const back = readAmount(editText(amount, unit, locale), locale);
        expect(unit === "fraction" ? Number(back.replace("%", "")) / 100 : back).toBe(unit === "fraction" ? Number(amount) : amount);
      }
    expect(editText("= mrr * 1.1", "money", "de")).toBe("= mrr * 1.1");
    expect(editText("", "money")).toBe("");
  });
});

describe("a block of cells", () => {
  it("comes as spreadsheets put it on the clipboard", () => {
    expect(blockOf("1\t2\r\n3\t4\r\n")).toEqual([["1", "2"], ["3", "4"]]);
    expect(blockOf('"a\n""b"""\tc')).toEqual([['a\n"b"', "c"]]);
    expect(blockOf("")).toEqual([[]]);
    expect(blockOf(blockText([["1", "a\tb"], ["", "2"]]))).toEqual([["1", "a\tb"], ["", "2"]]);
  });
  it("begins at the first cell chosen, and ends where the sheet does", () => {
    const chosen = { from: { row: 2, column: 1 }, to: { row: 1, column: 2 } };
    expect(placed([["a", "b", "c"], ["d", "e", "f"]], chosen, 3, 3)).toEqual([
      { row: 1, column: 1, text: "a" },
      { row: 1, column: 2, text: "b" },
      { row: 2, column: 1, text: "d" },
      { row: 2, column: 2, text: "e" },
    ]);
  });
  it("of one cell fills all that are chosen", () => {
    expect(placed([["x"]], { from: { row: 0, column: 0 }, to: { row: 1, column: 0 } }, 9, 9).map((one) => one.row)).toEqual([0, 1]);
  });
});

describe("whose target stands beside figures", () => {
  it("is the company's, or that of the one name that is kept", () => {
    expect(scopeOf({})).toBe("company");
    expect(scopeOf({ where: whereOf({ tier: ["A"] }) })).toBe("tier:A");
    expect(scopeOf({ where: whereOf({ segment: ["It's"] }) })).toBe("segment:It's");
    expect(scopeOf({ where: whereOf({ tier: ["A", "B"] }) })).toBeUndefined();
    expect(scopeOf({ where: whereOf({ tier: ["A"], segment: ["S"] }) })).toBeUndefined();
    expect(scopeOf({ where: whereOf({ region: ["EMEA"] }) })).toBeUndefined();
    expect(scopeOf({ scope: "target" })).toBeUndefined();
  });
  it("is for months, quarters and years alone", () => {
    expect(isSpan({ start: "2026-07-01", end: "2026-10-01" })).toBe(true);
    expect(isSpan({ start: "2025-10-01", end: "2026-10-01" })).toBe(true);
    expect(isSpan({ start: "2026-08-01", end: "2026-10-01" })).toBe(false);
    expect(isSpan({ start: "2026-07-02", end: "2026-10-01" })).toBe(false);
    expect(isSpan({ start: "", end: "" })).toBe(false);
  });
});

const target = (pace: Partial<Pace>, worth: number | null = 100): Target =>
  ({ worth, why: null, unit: "count", period: { start: "2026-10-01", end: "2027-01-01" }, pace: { nature: "flow", state: "running", verdict: "on", why: null, actual: 40, expected: 50, expected_low: 45, expected_high: 55, forecast: 80, forecast_low: 70, forecast_high: 90, actual_low: null, actual_high: null, past: ["a", "b"], ...pace } }) as unknown as Target;

describe("how a target runs", () => {
  it("is said in a word whose meaning stands not in colour alone", () => {
    expect(verdictOf(target({ verdict: "behind" }).pace as Pace)).toEqual({ words: "Behind", tone: "bad", way: -1 });
    expect(verdictOf(target({ verdict: "on" }).pace as Pace).words).toBe("On pace");
    expect(verdictOf(target({ verdict: "behind", state: "over" }).pace as Pace).words).toBe("Missed");
    expect(verdictOf(target({ state: "coming" }).pace as Pace).words).toBe("Not begun");
    expect(verdictOf(target({ nature: "rate" }).pace as Pace).words).toBe("On target");
  });
  it("lies on a bar, where there is something to measure", () => {
    expect(marksOf(target({}))).toEqual({ filled: 40, expected: 50, target: 100 });
    expect(marksOf(target({ actual: 200 }))).toEqual({ filled: 100, expected: 25, target: 50 });
    expect(marksOf(target({ state: "over" }))?.expected).toBeUndefined();
    expect(marksOf(target({ actual: null }))).toBeUndefined();
    expect(marksOf(target({ actual: -3 }))).toBeUndefined();
    expect(marksOf(target({}, null))).toBeUndefined();
  });
  it("tells what it rests on, and nothing that is not known", () => {
    const facts = Object.fromEntries(factsOf(target({}), "EUR"));
    expect(facts).toMatchObject({ Target: "100", "So far": "40", "Expected by today": "50 (45 – 55)", "Forecast for its end": "80 (70 – 90)" });
    expect(Object.keys(Object.fromEntries(factsOf(target({ forecast: null, expected: null, past: [] }), "EUR")))).toEqual(["Target", "So far"]);
    expect(shareText(target({}))).toBe("40%");
    expect(shareText(target({ nature: "rate" }))).toBe("");
  });
});

describe("the periods of a year", () => {
  it("are those of the calendar, and then the year", () => {
    expect(spansOf("quarter", 2026, 1).map((one) => one.label)).toEqual(["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026"]);
    expect(spansOf("quarter", 2026, 1)[3]).toEqual({ label: "2026-Q4", start: "2026-10-01", end: "2027-01-01" });
    expect(spansOf("month", 2026, 1)).toHaveLength(13);
    expect(spansOf("year", 2026, 1)).toEqual([{ label: "2026", start: "2026-01-01", end: "2027-01-01" }]);
  });
  it("may be those of a fiscal year, named by the year it ends in", () => {
    expect(spansOf("quarter", 2027, 7)[0]).toEqual({ label: "FY2027-Q1", start: "2026-07-01", end: "2026-10-01" });
    expect(spansOf("month", 2027, 7)[6]?.label).toBe("2027-01");
    expect([yearOf("2026-06-30", 7), yearOf("2026-07-01", 7), yearOf("2026-07-01", 1)]).toEqual([2026, 2027, 2026]);
  });
  it("tell the pace of what runs, else of what was over last, else of what comes", () => {
    const of = (start: string, end: string, state: string) => ({ ...target({ state } as never), period: { start, end } }) as Target;
    const [year, q3, q4, q2] = [of("2026-01-01", "2027-01-01", "running"), of("2026-07-01", "2026-10-01", "over"), of("2026-10-01", "2027-01-01", "coming"), of("2026-04-01", "2026-07-01", "over")];
    expect(shownOf([q2, q3, q4, year])).toBe(year);
    expect(shownOf([q2, q3, q4])).toBe(q3);
    expect(shownOf([q4])).toBe(q4);
    expect(shownOf([])).toBeUndefined();
  });
});

describe("what is typed", () => {
  const line = { key: "tier:A", scope: "tier:A", title: "A" };
  const there = { ...target({}), id: "t1", kpi: "mrr", amount: { kind: "absolute", text: "100" }, scope: { kind: "tier", value: "A", name: "A" } } as unknown as Target;
  const draft = (text: string, period = "2026-Q4") => ({ kpi: "mrr", scope: line.scope, period, text });
  it("waits to be saved together, unless it says what is there", () => {
    const one = withDraft(new Map(), draft("120"), there);
    expect(changesOf(one)).toMatchObject({ text: "kpi,scope,period,amount\r\nmrr,tier:A,2026-Q4,120\r\n", gone: [] });
    expect(withDraft(one, draft("100"), there).size).toBe(0);
    expect(changesOf(withDraft(one, draft("", "2026-Q4"), there))).toMatchObject({ rows: [], gone: [{ id: "t1" }] });
    expect(withDraft(new Map(), draft("", "2027-Q1"), undefined).size).toBe(0);
  });
  it("is shown as such, and what is wrong with it is told", () => {
    const look = { unit: "count", currency: "EUR" };
    expect(cellOf(there, undefined, undefined, "A, 2026-Q4", look)).toMatchObject({ text: "100", edit: "100", state: undefined });
    expect(cellOf(there, draft("1200"), undefined, "A, 2026-Q4", look)).toMatchObject({ text: "1,200", state: "dirty", label: "A, 2026-Q4: 1,200, not saved" });
    expect(cellOf(there, draft(""), undefined, "A", look).text).toBe("taken away");
    expect(cellOf(undefined, draft("x"), "'x' is no amount.", "A", look)).toMatchObject({ state: "faulty", label: "A: x, not saved. 'x' is no amount." });
  });
  it("stands in rows of the company and of whoever has targets or may have them", () => {
    const told = linesOf(["company", "tier"], [{ kind: "tier", value: "B", name: "B" }], [there], "tier");
    expect(told.map((one) => one.scope)).toEqual(["company", "tier:B", "tier:A"]);
    expect(linesOf(["owner"], [], [], "owner")).toEqual([]);
  });
});
