import { describe, expect, it } from "vitest";
import type { Movements, Retention, Step } from "@/api/journeys";
import type { Todo } from "@/api/queries";
import { inSpan, isPoor, narrowed, spansOf } from "@/pages/revenue/care";
import { agesOf, begun, cellsOf, cellWords, csvRows, togetherAt } from "@/pages/revenue/cohorts";
import { amountText } from "@/pages/revenue/draw";
import { movementWords } from "@/pages/revenue/questions";
import { readRevenue } from "@/pages/revenue/search";
import { type Bar, barsOf, dayBefore, floorOf, isFlat, movedIn, shownMovement, wholeOf } from "@/pages/revenue/waterfall";
import { parseWords, writeWords } from "@/words/search";

const step = (told: Partial<Step>): Step => ({ label: "2026-01", start: "2026-01-01", end: "2026-02-01", partial: false, opening: 0, new: 0, reactivation: 0, expansion: 0, contraction: 0, churn: 0, fx: 0, regrouped: 0, closing: 0, ...told });
const JANUARY = step({ opening: 1000, new: 100, expansion: 50, contraction: -20, churn: -80, closing: 1050 });
const FEBRUARY = step({ label: "2026-02", start: "2026-02-01", end: "2026-03-01", partial: true, opening: 1050, new: 10, churn: -60, fx: 5, closing: 1005 });

describe("a waterfall", () => {
  const whole = wholeOf([JANUARY, FEBRUARY]) as Step;

  it("is all periods as one, balanced", () => {
    expect(whole).toMatchObject({ start: "2026-01-01", end: "2026-03-01", opening: 1000, new: 110, churn: -140, fx: 5, closing: 1005 });
    expect(wholeOf([])).toBeUndefined();
  });

  it("is flat where nobody paid and nothing moved", () => {
    expect(isFlat(barsOf(step({})))).toBe(true);
    expect(isFlat(barsOf(step({ new: 5, churn: -5 })))).toBe(false);
    expect(isFlat(barsOf(step({ opening: 5, closing: 5 })))).toBe(false);
  });

  it("hangs each movement where the one before it ended, and ends at the closing", () => {
    const bars = barsOf(whole);
    expect(bars.map((bar) => bar.name)).toEqual(["opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing"]);
    const at = (name: string) => bars.find((bar) => bar.name === name) as Bar;
    expect(at("new")).toMatchObject({ low: 1000, high: 1110, kind: "up" });
    expect(at("churn")).toMatchObject({ low: 1000, high: 1140, kind: "down" });
    expect(at("fx").high).toBe(at("closing").high);
    expect(at("opening")).toMatchObject({ low: 0, high: 1000, kind: "level" });
  });

  it("leaves out only what is rare and did not happen", () => {
    expect(movedIn(JANUARY)).toEqual(["new", "reactivation", "expansion", "contraction", "churn"]);
    expect(movedIn(step({ regrouped: -3 }))).toContain("regrouped");
  });

  it("starts its axis below all bars, at zero only where movements can be seen from there", () => {
    const floor = floorOf(barsOf(whole));
    expect(floor).toBeGreaterThan(0);
    expect(floor).toBeLessThan(Math.min(...barsOf(whole).filter((bar) => bar.kind !== "level").map((bar) => bar.low)));
    expect(floorOf(barsOf(step({ opening: 100, new: 900, closing: 1000 })))).toBe(0);
    expect(floorOf(barsOf(step({ opening: 500, new: 500, closing: 1000 })))).toBe(0);
    expect(floorOf(barsOf(step({ opening: 0, new: 10, closing: 10 })))).toBe(0);
    expect(floorOf(barsOf(step({})))).toBe(0);
    const still = floorOf(barsOf(step({ opening: 1000, closing: 1000 })));
    expect(still).toBeGreaterThanOrEqual(0);
    expect(still).toBeLessThan(1000);
  });

  it("writes movements with their sign, levels without", () => {
    const look = { unit: "money", currency: "EUR", locale: "en-GB" };
    expect(barsOf(JANUARY).map((bar) => amountText(bar, look))).toEqual(["€1.00k", "+€100", "€0", "+€50", "−€20", "−€80", "€1.05k"]);
  });

  it("lists who was lost first, unless another movement is chosen", () => {
    const told = { movements: [{ movement: "new", amount: 500, accounts: 3, leading: [] }, { movement: "contraction", amount: -20, accounts: 1, leading: [] }, { movement: "churn", amount: -140, accounts: 2, leading: [] }, { movement: "fx", amount: -900, accounts: 9, leading: [] }] } as unknown as Movements;
    expect(shownMovement(told, undefined)?.movement).toBe("churn");
    expect(shownMovement(told, "new")?.movement).toBe("new");
    expect(shownMovement(told, "no such")?.movement).toBe("churn");
    expect(shownMovement({ ...told, movements: told.movements.slice(0, 1) }, undefined)?.movement).toBe("new");
  });

  it("asks the opening of the day before", () => {
    expect(dayBefore("2026-03-01")).toBe("2026-02-28");
  });
});

describe("cohorts of customers", () => {
  const told: Retention = {
    basis: "subscriptions",
    grain: "quarter",
    currency: "EUR",
    needs: [],
    cohorts: [
      { label: "2026-Q1", began: 10, began_revenue: 1000, customers: [10, 9, 8], revenue: [1000, 1100, 900], customer_share: [1, 0.9, 0.8], revenue_share: [1, 1.1, 0.9] },
      { label: "2026-Q2", began: 0, began_revenue: 0, customers: [0, 0], revenue: [0, 0], customer_share: [], revenue_share: [] },
      { label: "2026-Q3", began: 30, began_revenue: 0, customers: [30], revenue: [0], customer_share: [1], revenue_share: [null] },
    ],
  };

  it("are cells where something is known: never a zero for who never began", () => {
    expect(begun(told).map((cohort) => cohort.label)).toEqual(["2026-Q1", "2026-Q3"]);
    expect(agesOf(told)).toBe(3);
    expect(cellsOf(told, "customers").map(({ cohort, age, share }) => [cohort, age, share])).toEqual([[0, 0, 1], [0, 1, 0.9], [0, 2, 0.8], [1, 0, 1]]);
    expect(cellsOf(told, "revenue")).toHaveLength(3);
  });

  it("weigh together only what is old enough", () => {
    expect(togetherAt(told, "customers", 0)).toBe(1);
    expect(togetherAt(told, "customers", 2)).toBe(0.8);
    expect(togetherAt(told, "revenue", 1)).toBeCloseTo(1.1);
    expect(togetherAt(told, "revenue", 9)).toBeNull();
  });

  it("say what is behind a cell, and are taken away whole", () => {
    expect(cellWords(told.cohorts[0] as never, "customers", 2, "quarter", "EUR")).toBe("Q1 2026, 2 quarters later: 80.0%, 8 of 10 customers");
    expect(cellWords(told.cohorts[0] as never, "revenue", 0, "quarter", "EUR")).toMatch(/^Q1 2026, in its first period: 100.0%, /);
    expect([...csvRows(told)].at(-1)).toEqual(["2026-Q3", 30, 0, 0, 30, 1, 0, null]);
  });
});

describe("whom to look after", () => {
  const item = (told: Partial<Todo>): Todo => ({ account_id: "a", name: "A", tier: "A", owner_id: "E1", owner: "Eva", kind: "renewal", urgency: 1, reason: "", due: null, next_step: "", at_stake: 100, numbers: {}, ids: [], ...told });
  const items = [item({ numbers: { days: 0, health: 40 } }), item({ tier: "B", numbers: { days: 30, health: 80 } }), item({ tier: null, numbers: { days: 31, health: null }, at_stake: null }), item({ numbers: { days: 90, health: 59.9 }, at_stake: 50 })];

  it("thirty days each, every contract once", () => {
    const spans = spansOf(items);
    expect(spans.map((span) => span.items.length)).toEqual([2, 1, 1]);
    expect(spans.map((span) => span.value)).toEqual([200, null, 50]); // unknown is not zero
    expect(spans.map((span) => [span.poor, span.poorValue])).toEqual([[1, 100], [0, 0], [1, 50]]);
    expect(inSpan(items, 60)).toHaveLength(1);
  });

  it("health nobody knows is not poor", () => {
    expect(items.map(isPoor)).toEqual([true, false, false, true]);
  });

  it("fits the filter where it can, and says where it cannot", () => {
    expect(narrowed(items, { tier: ["A"] })).toMatchObject({ items: [items[0], items[3]], ignored: [] });
    expect(narrowed(items, { tier: ["(unknown)"] }).items).toEqual([items[2]]);
    expect(narrowed(items, { region: ["DACH"], owner_id: ["E2"] })).toEqual({ items: [], ignored: ["region"] });
    expect(narrowed(items, {}).items).toHaveLength(4);
  });
});

it("the state of the revenue page is the words of its address", () => {
  const state = { period: "last-4-quarters", grain: "quarter" as const, filters: { tier: ["A"] }, movement: "churn", cohorts: "month" as const, kept: "customers" as const, care: "at_risk" as const, due: "60" as const };
  expect(readRevenue(parseWords(writeWords(state)))).toEqual(state);
  expect(movementWords(state)).toEqual({ period: "last-4-quarters", grain: "quarter", where: "tier in ('A')" });
  expect(movementWords({ grain: "day" })).toEqual({ period: "last-12-months", grain: "month", where: undefined });
  expect(readRevenue(parseWords("?kept=logos&due=45&care=all"))).toEqual({});
});
