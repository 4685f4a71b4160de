import { describe, expect, it } from "vitest";
import { asProblem, problemOf } from "@/api/problem";
import { stretches } from "@/parts/Spark";
import { meaningOf as keyMeans } from "@/shell/keys";
import { aimOf, aimsOf, type Answer, figureAt, groupName, lineOf, seriesAt, totalOf } from "@/words/answer";
import { changeWord, meaningOf, withinNoise } from "@/words/change";
import { found } from "@/words/finding";
import { flagWords } from "@/words/flags";
import { csvOf } from "@/words/listing";
import { moved } from "@/words/moves";
import { exploreOf, otherwise, partWords } from "@/words/reading";
import { agoText, periodAsked, periodLabel, periodName, spanText, trendOf } from "@/words/periods";

const QUARTERS = [
  { label: "2026-Q2", start: "2026-04-01", end: "2026-07-01", partial: false },
  { label: "2026-Q3", start: "2026-07-01", end: "2026-10-01", partial: true },
];

const answer: Answer = {
  snapshot: "s",
  currency: "EUR",
  as_of: "2026-09-30T22:00:00Z",
  fresh_as_of: null,
  dimensions: {},
  notes: [],
  periods: QUARTERS,
  groups: [{ by: { tier: "A" } }, { by: { tier: "B" }, names: { tier: "Second" } }, { by: { tier: null }, flag: "total" }],
  kpis: [
    {
      kpi: "win_rate",
      unit: "fraction",
      value: [0.4, 0.5, null, 0.1, 0.3, 0.32],
      n: [10, 20, 0, 10, 30, 40],
      lower: [0.3, 0.4, null, 0.05, 0.25, 0.28],
      upper: [0.5, 0.6, null, 0.2, 0.35, 0.36],
      parts: {},
      flags: { small_sample: [false, false, true, false, false, false] },
      compare: { previous: { value: [0.3, 0.4, null, null, 0.2, 0.3], change: [0.1, 0.1, null, null, 0.1, 0.02] } },
    },
  ],
};
const series = answer.kpis[0] as Answer["kpis"][number];

describe("an answer of flat lists", () => {
  it("is read group after group, each over all periods", () => {
    expect(lineOf(answer, series, 1)).toEqual([null, 0.1]);
    expect(figureAt(answer, series, 2, 1)).toMatchObject({ value: 0.32, n: 40, compare: { previous: { value: 0.3, change: 0.02 } } });
  });

  it("has the targets of those groups that have some", () => {
    const aimed = { ...series, compare: { target: { value: [null, 0.6, null, null, null, null], change: null } } } as unknown as typeof series;
    expect([0, 1].map((group) => aimsOf(answer, aimed, group))).toEqual([[null, 0.6], undefined]);
    expect(aimsOf(answer, series, 0)).toBeUndefined();
    expect([0, 1].map((period) => aimOf(figureAt(answer, aimed, 0, period)))).toEqual([null, 0.6]);
  });

  it("says of a figure what must be known", () => {
    expect(figureAt(answer, series, 1, 0).flags).toEqual(["small_sample"]);
    expect(figureAt(answer, series, 1, 1).flags).toEqual(["partial_period"]);
    expect(flagWords("partial_period")).toBe("The period is not over yet");
    expect(flagWords("of_my_own")).toBe("Of my own");
  });

  it("finds the total, and the KPI by the place it was asked at", () => {
    expect(totalOf(answer)).toBe(2);
    expect(totalOf({ ...answer, groups: [{ by: {} }] })).toBe(0);
    expect(seriesAt(answer, ["win_rate(basis=value)"], "win_rate(basis=value)")).toBe(series);
    expect(seriesAt(answer, ["nps"], "win_rate")).toBeUndefined();
    expect(answer.groups.map((group) => groupName(group))).toEqual(["A", "Second", "All"]);
  });

  it("stays unknown where the whole figure is", () => {
    expect(figureAt(answer, { ...series, value: null, n: null }, 0, 0)).toMatchObject({ value: null, n: null });
  });
});

describe("what a change means", () => {
  it("follows the direction the catalog calls good", () => {
    expect(meaningOf(0.1, "up")).toBe("good");
    expect(meaningOf(0.1, "down")).toBe("bad");
    expect(meaningOf(-0.1, "down")).toBe("good");
    expect(meaningOf(-0.1, "context")).toBe("neutral");
    expect(meaningOf(0, "up")).toBe("neutral");
    expect(meaningOf(null, "up")).toBe("none");
  });

  it("is told of a target as reached or missed", () => {
    expect([changeWord(5, "good", "target"), changeWord(0, "neutral", "target"), changeWord(-5, "bad", "target")]).toEqual(["reached", "reached", "missed"]);
    expect([changeWord(5, "good", "previous"), changeWord(0, "neutral", "previous")]).toEqual(["better", "unchanged"]);
  });

  it("may be chance where the earlier value lies within the interval", () => {
    expect(withinNoise(figureAt(answer, series, 2, 1), "previous")).toBe(true);
    expect(withinNoise(figureAt(answer, series, 2, 0), "previous")).toBe(false);
    expect(withinNoise(figureAt(answer, series, 1, 1), "previous")).toBe(false);
  });
});

describe("periods", () => {
  it("are named as people write them", () => {
    expect(QUARTERS.map((period) => periodName(period, "en-GB"))).toEqual(["Q2 2026", "Q3 2026"]);
    expect(periodName({ ...QUARTERS[0]!, label: "2026-04" }, "en-GB")).toBe("Apr 2026");
    expect(periodName({ ...QUARTERS[0]!, label: "FY2026-Q2" })).toBe("Q2 FY2026");
    expect(periodName({ ...QUARTERS[0]!, label: "2026-W31" })).toBe("W31 2026");
    expect(spanText(QUARTERS[1]!, "en-GB")).toMatch(/1 Jul.*30 Sept? 2026/);
  });

  it("are asked again exactly, both ends included", () => {
    expect(periodAsked(QUARTERS[1]!)).toBe("2026-07-01..2026-09-30");
  });

  it("are led up to by twelve months, or four weeks", () => {
    expect(trendOf(QUARTERS[1]!)).toEqual({ period: "2025-10..2026-09", grain: "month" });
    expect(trendOf({ start: "2024-10-01", end: "2026-10-01", label: "", partial: false })).toEqual({ period: "2024-10..2026-09", grain: "month" });
    expect(trendOf({ start: "2026-09-24", end: "2026-10-01", label: "", partial: false })).toEqual({ period: "2026-09-03..2026-09-30", grain: "day" });
  });

  it("tell how long ago", () => {
    expect(agoText("2026-09-30T22:00:00Z", new Date("2026-11-21T22:00:00Z"), "en")).toBe("52 days ago");
    expect(agoText("2026-11-21T19:00:00", new Date("2026-11-21T22:00:00Z"), "en")).toBe("3 hours ago");
  });
});

describe("finding", () => {
  const items = [
    { name: "win_rate", label: "Win rate", asks: "What share did we win?" },
    { name: "sales_revenue", label: "Sales revenue", asks: "What did we win in money?" },
    { name: "nps", label: "Net promoter score", asks: "Would they recommend us?" },
  ];
  it("puts what is called so before what only mentions it", () => {
    expect(found(items, "win").map((item) => item.name)).toEqual(["win_rate", "sales_revenue"]);
    expect(found(items, "NPS").map((item) => item.name)).toEqual(["nps"]);
    expect(found(items, "rate win").map((item) => item.name)).toEqual(["win_rate"]);
    expect(found(items, "churn")).toEqual([]);
    expect(found(items, " ")).toHaveLength(3);
  });
});

describe("cards are moved by hand", () => {
  it("up, down, and not off the list", () => {
    expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
    expect(moved(["a", "b", "c"], 2, 9)).toEqual(["a", "b", "c"]);
    expect(moved(["a"], 3, 0)).toEqual(["a"]);
  });
});

it("a sparkline breaks where a period is unknown and fills its height by its own range", () => {
  const lines = stretches([10, 12, null, 11, 14], 100, 40);
  expect(lines.map((line) => line.length)).toEqual([2, 2]);
  const heights = lines.flat().map(([, y]) => y);
  expect([Math.min(...heights), Math.max(...heights)]).toEqual([3, 37]);
  expect(stretches([5, 5], 100, 40)[0]?.map(([, y]) => y)).toEqual([20, 20]);
  expect(stretches([null], 100, 40)).toEqual([]);
});

it("keys go, ask and help; a letter alone does nothing", () => {
  expect(keyMeans("g", false)).toBe("wait");
  expect(keyMeans("o", true)).toEqual({ kind: "go", letter: "o" });
  expect(keyMeans("o", false)).toBeNull();
  expect(keyMeans("/", false)).toEqual({ kind: "ask" });
  expect(keyMeans("?", false)).toEqual({ kind: "help" });
});

it("CSV made here is quoted, and no formula to a spreadsheet", () => {
  expect(csvOf(["a", "b"], [["=1+1", 2], ['say "hi", all', null]])).toBe('a,b\r\n\'=1+1,2\r\n"say ""hi"", all",\r\n');
});

it("a problem says what, where and how to mend it; anything else still becomes one", () => {
  expect(problemOf(400, { title: "This cannot be asked", detail: "No KPI named 'x'.", where: "kpis", mend: "See the catalog." })).toMatchObject({ detail: "No KPI named 'x'.", where: "kpis", mend: "See the catalog." });
  expect(problemOf(401, null).signedOut).toBe(true);
  expect(problemOf(502, "<html>").unreachable).toBe(true);
  expect(asProblem(new TypeError("x is undefined")).detail).toBe("x is undefined");
});

it("periods are told as people write them", () => {
  const told = ["last-4-quarters", "last-3-weeks", "2026-05", "2026-Q2", "fy2026-q2", "2026-01..2026-06", "2026-01..today", "2025"];
  expect(told.map((one) => periodLabel(one, "en-GB"))).toEqual(["Last 4 quarters", "Last 3 weeks", "May 2026", "Q2 2026", "Q2 FY2026", "Jan 2026 – Jun 2026", "Jan 2026 – today", "2025"]);
});

describe("a sentence that was read", () => {
  it("becomes the address of its answer: values kept are filters, what is left out stays a condition", () => {
    const question = { kpis: ["win_rate"], by: ["tier"], period: "last-4-quarters", grain: "quarter", compare: ["year-ago"], where: "…", top: 5 };
    const filters = { segment: ["Enterprise", "Oil and gas"], name: ["O'Hara"] };
    expect(exploreOf(question, { text: "win rate …", filters, without: "tier <> 'C'" })).toEqual({
      kpis: ["win_rate"],
      by: ["tier"],
      period: "last-4-quarters",
      grain: "quarter",
      scope: undefined,
      compare: "year-ago",
      filters,
      where: "tier <> 'C'",
      top: 5,
      lowest: undefined,
      sentence: "win rate …",
    });
  });

  it("tells what each part was taken for", () => {
    expect(partWords({ kind: "by", label: "Tier", value: "tier" })).toBe("by tier");
    expect(partWords({ kind: "period", label: "", value: "last-4-quarters" })).toBe("Last 4 quarters");
    expect(partWords({ kind: "kpi", label: "Win rate", value: "win_rate" })).toBe("Win rate");
    expect(partWords({ kind: "compare", label: "target", value: "target" })).toBe("against the target");
    expect(partWords({ kind: "where", label: "not A", value: "tier <> 'A'" })).toBe("tier not A");
    expect(partWords({ kind: "where", label: "Acme", value: "account_id = 'A1'" })).toBe("Acme");
  });

  it("is said otherwise where words were not understood, or may mean something else", () => {
    const meaning = (label: string) => ({ kind: "kpi", value: label, label, dimension: "" });
    const churn = { words: "churn", start: 0, end: 5, kind: "kpi", value: "logo_churn_rate", label: "Logo churn", other: [meaning("Churn MRR")] };
    const pace = { words: "foo", start: 9, end: 12, kind: "unknown", value: "", label: "", other: [meaning("Food")] };
    expect(otherwise({ text: "churn by foo", understood: [churn], unknown: [pace] }).map((one) => one.text)).toEqual(["churn by Food", "Churn MRR by foo"]);
  });
});
