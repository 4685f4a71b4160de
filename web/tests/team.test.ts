import { describe, expect, it } from "vitest";
import type { Portfolio } from "@/api/team";
import { barsOf } from "@/pages/team/draw";
import { columnsOf, sorted } from "@/pages/team/columns";
import { readTeam } from "@/pages/team/search";
import { adviceOf, middleOf, middlesOf, tierWords, touchedOf, weigh } from "@/pages/team/weighing";

const one = (employee_id: string | null, load: [number | null, number | null, number | null], more: Partial<Portfolio> = {}): Portfolio => ({
  employee_id, name: employee_id, team: null, accounts: 10, customers: 5, tiers: {}, figures: {}, fair: {}, touches: 1, touched_30_days: 0.5, touched_90_days: 0.8,
  load: { touches: load[0], open_deals: load[1], open_tickets: load[2] }, ...more,
});
const team = [one("Ann", [40, 20, 18], { touched_90_days: 0.4 }), one("Bo", [20, 10, 6]), one("Cy", [10, 5, 2], { touched_90_days: 0.9 }), one(null, [0, 50, 50])];

describe("load", () => {
  it("the middle is that of what is known", () => {
    expect(middleOf([3, null, 1, 2])).toBe(2);
    expect(middleOf([1, 2])).toBe(1.5);
    expect(middleOf([null, undefined])).toBeNull();
  });
  it("is the mean of its parts, each against its own middle; the accounts of nobody weigh nothing", () => {
    expect(middlesOf(team)).toEqual({ touches: 20, open_deals: 10, open_tickets: 6 });
    const [ann, bo, cy, nobody] = weigh(team);
    expect(ann?.load).toBeCloseTo((2 + 2 + 3) / 3);
    expect([ann?.state, bo?.state, cy?.state, nobody?.state]).toEqual(["over", "even", "room", "unknown"]);
    expect(bo?.load).toBe(1);
    expect(nobody?.load).toBeNull();
  });
  it("leaves out what is unknown or a few things in the middle, and says nothing of two people", () => {
    expect(weigh([one("a", [null, 5, 1]), one("b", [null, 10, 2]), one("c", [null, 15, 9])]).map((w) => w.load)).toEqual([0.5, 1, 1.5]);
    expect(weigh(team.slice(0, 2)).map((w) => w.load)).toEqual([null, null]);
  });
  it("is drawn the heaviest first, without those whose load is unknown", () => {
    expect(barsOf(weigh(team)).map((w) => w.portfolio.name)).toEqual(["Ann", "Bo", "Cy"]);
  });
});

describe("advice", () => {
  it("first who carries too much and falls behind, with the numbers; then who has room", () => {
    const advice = adviceOf(weigh(team));
    expect(advice.map((a) => [a.name, a.title, a.tone])).toEqual([["Ann", "Carries too much and falls behind", "bad"], ["Cy", "Has room", "good"]]);
    expect(advice[0]?.reasons).toEqual(["2.33 times the team's middle: 40 own touches (middle 20), 20 open deals (middle 10), 18 open tickets (middle 6).", "40.0% of 10 accounts touched in 90 days; the middle is 80.0%."]);
  });
  it("of those who carry too much, who falls behind comes first, though he carries less", () => {
    const even = (id: string) => one(id, [10, 10, 10]);
    const advice = adviceOf(weigh([one("busy", [30, 30, 30]), one("late", [20, 20, 20], { touched_90_days: 0.1 }), even("a"), even("b"), even("c")]));
    expect(advice.map((told) => told.name)).toEqual(["late", "busy"]);
  });
  it("who has room and yet falls behind is told so, not praised", () => {
    const [cy] = adviceOf(weigh([one("a", [9, 9, 9]), one("b", [9, 9, 9]), one("c", [1, 1, 1], { touched_90_days: 0.1 })]));
    expect([cy?.name, cy?.title, cy?.tone]).toEqual(["c", "Falls behind", "warn"]);
  });
});

describe("the table", () => {
  const columns = columnsOf([], "EUR");
  it("sorts by any column, what is unknown last either way", () => {
    const names = (sort: string) => sorted(weigh(team), sort, columns).map((w) => w.portfolio.name);
    expect(names("-load")).toEqual(["Ann", "Bo", "Cy", null]);
    expect(names("load")).toEqual(["Cy", "Bo", "Ann", null]);
    expect(names("touched_90_days").slice(0, 1)).toEqual(["Ann"]);
    expect(names("name").slice(0, 2)).toEqual(["Ann", "Bo"]);
  });
  it("says how much of all accounts was touched, each account counting alike", () => {
    expect(touchedOf([one("a", [1, 1, 1], { accounts: 30, touched_30_days: 1 }), one("b", [1, 1, 1], { accounts: 10, touched_30_days: 0 })], "touched_30_days")).toBe(0.75);
    expect(touchedOf([one("a", [1, 1, 1], { touched_30_days: null })], "touched_30_days")).toBeNull();
  });
  it("tells tiers in order, accounts of none at the end", () => {
    expect(tierWords({ B: 8, "(unknown)": 2, A: 3 })).toBe("A 3 · B 8 · none 2");
  });
  it("keeps team and order in the address", () => {
    expect(readTeam({ team: "North", sort: "-mrr", period: "last-year" })).toEqual({ team: "North", sort: "-mrr", period: "last-year" });
  });
});
