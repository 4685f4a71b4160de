import { describe, expect, it } from "vitest";
import type { Comment } from "@/api/voice";
import { accountsIn, countOf, firstKnown, kindOf, linesOf, marksIn, reachOf, saidBy, standingOf } from "@/pages/voice/hearing";
import { isNarrowed } from "@/pages/voice/questions";
import { readVoice } from "@/pages/voice/search";
import { asked } from "@/shell/filter";
import type { Answer, Figure } from "@/words/answer";
import { parseWords, writeWords } from "@/words/search";

type Told = { by: Record<string, string | null>; value?: number | null; lower?: number | null; upper?: number | null; n?: number | null; flag?: string };

const answer = (groups: Told[]): Answer =>
  ({
    currency: "EUR",
    periods: [{ label: "2026", start: "2026-01-01", end: "2027-01-01", partial: false }],
    groups: groups.map(({ by, flag }) => ({ by, ...(flag ? { flag } : {}) })),
    kpis: [{ kpi: "nps", unit: "points", flags: {}, compare: {}, ...Object.fromEntries((["value", "lower", "upper", "n"] as const).map((name) => [name, groups.map((group) => group[name] ?? null)])) }],
  }) as unknown as Answer;

describe("the score to begin with", () => {
  const heard = (values: (number | null)[]) => ({ ...answer([{ by: {}, flag: "total" }]), kpis: values.map((value) => ({ flags: {}, compare: {}, value: [value] })) }) as unknown as Answer;
  it("is the first that anybody answered, and 0 is an answer", () => {
    expect(firstKnown(heard([12, 0.5, null, null]))).toBe("nps");
    expect(firstKnown(heard([null, 0.5, 0.4, null]))).toBe("csat");
    expect(firstKnown(heard([null, null, 0, null]))).toBe("ces");
  });
  it("is NPS while nothing is known", () => {
    expect(firstKnown(undefined)).toBe("nps");
    expect(firstKnown(heard([null, null, null, null]))).toBe("nps");
  });
});

describe("marks", () => {
  const told = answer([
    { by: { score: "10" }, n: 4 },
    { by: { score: "6" }, n: 2 },
    { by: { score: "6.5" }, n: 1 },
    { by: { score: "(unknown)" }, n: 9 },
    { by: { score: null }, n: 16, flag: "total" },
  ]);
  it("are counted from 0 to 10, none left out; a mark between two belongs to the lower", () => {
    const marks = marksIn(told);
    expect(marks.map((one) => one.count)).toEqual([0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4]);
    expect(marks[6]?.ids).toEqual(["6", "6.5"]);
    expect(countOf(marks)).toBe(7);
    expect(countOf(marks, "detractor")).toBe(3);
    expect(countOf(marks, "passive")).toBe(0);
  });
  it("are detractors to 6, passives to 8, promoters from 9", () => {
    expect([0, 6, 7, 8, 9, 10].map(kindOf)).toEqual(["detractor", "detractor", "passive", "passive", "promoter", "promoter"]);
  });
});

describe("groups", () => {
  const figure = (lower: number | null, upper: number | null) => ({ lower, upper }) as Figure;
  it("lie clearly below or above only where the whole lies outside their interval", () => {
    expect(standingOf(figure(-10, 20), 30)).toBe("below");
    expect(standingOf(figure(-10, 30), 30)).toBe("with");
    expect(standingOf(figure(40, 60), 30)).toBe("above");
    expect(standingOf(figure(null, null), 30)).toBe("with");
    expect(standingOf(figure(1, 2), null)).toBe("with");
  });
  it("stand lowest first, what is unknown last, all together at the end", () => {
    const lines = linesOf(
      answer([
        { by: { tier: "B" }, value: 40, lower: 35, upper: 45 },
        { by: { tier: "C" }, value: null },
        { by: { tier: "A" }, value: 10, lower: 0, upper: 20 },
        { by: { tier: null }, value: 30, lower: 25, upper: 35, flag: "total" },
      ]),
    );
    expect(lines.map((line) => [line.name, line.standing])).toEqual([["A", "below"], ["B", "above"], ["C", "with"], ["All together", "whole"]]);
    expect(lines[0]?.by).toEqual({ tier: "A" });
    expect(reachOf(lines)).toEqual([0, 45]);
    expect(reachOf([])).toEqual([0, 1]);
  });
});

describe("comments", () => {
  const said = (response_id: string, account_id: string | null) => ({ response_id, account_id }) as Comment;
  it("are of the accounts that the page's conditions leave; without conditions all are shown", () => {
    const accounts = accountsIn(answer([{ by: { account_id: "A1" }, value: 1 }, { by: { account_id: null }, value: 1, flag: "total" }]));
    const all = [said("1", "A1"), said("2", "A2"), said("3", null)];
    expect(saidBy(all, accounts).map((one) => one.response_id)).toEqual(["1"]);
    expect(saidBy(all, undefined)).toHaveLength(3);
    expect(accountsIn(undefined)).toBeUndefined();
  });
  it("are narrowed by filters, conditions and a choice of accounts, not by a period", () => {
    expect(isNarrowed(asked({ period: "this-year" }))).toBe(false);
    expect(isNarrowed(asked({ filters: { tier: ["A"] } }))).toBe(true);
    expect(isNarrowed(asked({ where: "tier <> 'A'" }))).toBe(true);
    expect(isNarrowed(asked({ scope: "customers" }))).toBe(true);
  });
});

describe("the address", () => {
  it("keeps score, split and survey, and leaves out what makes no sense", () => {
    const state = readVoice(parseWords("?score=csat&by=tier&survey=ces&f.tier=A"));
    expect(state).toEqual({ score: "csat", by: "tier", survey: "ces", filters: { tier: ["A"] } });
    expect(readVoice(parseWords(writeWords(state as Record<string, unknown>)))).toEqual(state);
    expect(readVoice({ score: "mood", survey: "enps" })).toEqual({});
  });
});
