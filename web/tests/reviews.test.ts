import { expect, test } from "vitest";
import type { Frozen, ReviewChart, ReviewFigure } from "@/api/reviews";
import { fileOfFrozen, fileOfMade } from "@/api/reviews";
import type { Paint } from "@/parts/Chart";
import { draw } from "@/pages/reviews/draw";
import { cellText, difference, foundOf, moodOf, parted, written } from "@/pages/reviews/telling";
import { parseWords, readPage, writeWords } from "@/words/search";

const figure = (change: Partial<ReviewFigure>): ReviewFigure => ({ better: true, verdict: "beyond", ...change }) as ReviewFigure;
const frozen = (change: Partial<Frozen>): Frozen => ({ cadence: "weekly", audience: "company", name: "Weekly review", headline: "MRR rose", frozen_by: null, ...change }) as Frozen;

test("only a change that is more than noise is called good or bad", () => {
  expect(moodOf(figure({}))).toBe("good");
  expect(moodOf(figure({ better: false, verdict: "unusual" }))).toBe("bad");
  expect(moodOf(figure({ verdict: "within" }))).toBe("neutral");
  expect(moodOf(figure({ better: null }))).toBe("neutral");
});

test("differences and cells are told in their unit, the unknown as such", () => {
  expect(difference(-0.041, "fraction", "EUR")).toBe("−4.1 pp");
  expect(difference(null, "money", "EUR")).toBe("–");
  expect(difference(0, "count", "EUR")).toBe("0");
  expect(cellText(null, "money", "EUR")).toBe("–");
  expect(cellText("A", "text", "EUR")).toBe("A");
  expect(cellText(3, "change:count", "EUR")).toBe("+3");
});

test("whom a review is about is written in one word", () => {
  expect(written("company", "x")).toBe("company");
  expect(parted(written("tier", "A: gold"))).toEqual(["tier", "A: gold"]);
  expect(parted("company")).toEqual(["company", undefined]);
});

test("frozen reviews are found by cadence, audience and words", () => {
  const all = [frozen({}), frozen({ cadence: "monthly", headline: "Win rate fell" }), frozen({ audience: "team" })];
  expect(foundOf(all, { cadence: "weekly" })).toHaveLength(2);
  expect(foundOf(all, { cadence: "weekly", audience: "team" })).toHaveLength(1);
  expect(foundOf(all, { find: "win RATE" })).toEqual([all[1]]);
});

test("files are asked of the review that is shown", () => {
  expect(fileOfMade({ cadence: "monthly", audience: "team:R&D" }, "pdf")).toBe("/api/v1/reports/review?cadence=monthly&audience=team%3AR%26D&format=pdf");
  expect(fileOfFrozen("r/1", "md")).toBe("/api/v1/reports/frozen/r%2F1?format=md");
});

test("an explanation as reported keeps the snapshot in the address", () => {
  const explain = { kpi: "mrr", period: "2026-Q3", scope: "all", snapshot: "S1" };
  expect(readPage(parseWords(writeWords({ explain })))).toEqual({ explain });
});

test("a band reaches from the lower to the upper bound, with gaps where there is none", () => {
  const chart: ReviewChart = { kind: "line", title: "NPS", unit: "points", names: ["Q1", "Q2"], values: [10, null], lower: [4, null], upper: [16, null], label: "" };
  const { series } = draw(chart, "EUR", { series: ["red"] } as Paint) as { series: { data: unknown }[] };
  expect(series.map((one) => one.data)).toEqual([[4, null], [12, null], [10, null]]);
});
