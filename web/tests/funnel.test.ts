import { describe, expect, it } from "vitest";
import type { Cohorts, Journey, Onward, Stage, StageMove } from "@/api/journeys";
import { byGroup, byPeriod, cohortName, csvRows, shareText, shareWords } from "@/pages/funnel/cohorts";
import { readFunnel } from "@/pages/funnel/search";
import { anyStage, daysThere, flowsOf, movesIn, narrowest, readSort, shownStage, slowest, sorted, writeSort } from "@/pages/funnel/stages";
import { stageWords } from "@/words/groups";
import { parseWords, writeWords } from "@/words/search";

const stage = (name: string, place: number, told: Partial<Stage> = {}): Stage => ({ name, place, before: 0, after: 0, entered: 0, went_on: 0, median_days: null, conversion: null, last: false, lacks: [], known: true, ...told });
const move = (account_id: string, stage_before: string, now: string, forward: boolean, since: string | null = null): StageMove => ({ account_id, name: account_id, stage_before, stage: now, forward, since });

const STAGES = [
  stage("none", 0, { before: 50, after: 45 }),
  stage("aware", 1, { before: 10, after: 12, entered: 40, went_on: 30, conversion: 0.75, median_days: 12 }),
  stage("mqa", 2, { before: 5, after: 6, entered: 20, went_on: 4, conversion: 0.2, median_days: 60 }),
  stage("sqa", 3, { before: 2, after: 2, entered: 3, went_on: 0, conversion: 0, median_days: null }),
  stage("customer", 4, { before: 8, after: 11, entered: 15, went_on: 0, conversion: null, last: true }),
];
const MOVES = [
  move("a", "none", "aware", true, "2026-03-01T00:00:00Z"),
  move("b", "none", "aware", true, "2026-01-01T00:00:00Z"),
  move("c", "aware", "customer", true, "2026-02-01T00:00:00Z"),
  move("d", "mqa", "none", false, null),
];
const journey: Journey = { snapshot: "s", start: "2026-01-01T00:00:00Z", end: "2026-04-01T00:00:00Z", stages: STAGES, moves: MOVES, needs: [], progressed: 3, fell_back: 1 };

describe("where accounts stick", () => {
  it("calls no stage narrow that all have gone on from", () => {
    expect(narrowest([stage("aware", 1, { entered: 24, went_on: 24, conversion: 1 })])).toBeUndefined();
  });

  it("names the stage the smallest share goes on from, of those enough accounts entered", () => {
    expect(narrowest(STAGES)?.name).toBe("mqa"); // not sqa, which three entered, and not the last one
    expect(narrowest(STAGES.slice(3))).toBeUndefined();
  });

  it("names the slowest where enough went on to say", () => {
    expect(slowest(STAGES)?.name).toBe("aware"); // from mqa only four went on
  });

  it("shows the cohorts of the stage chosen, else of the narrow one, never of the last", () => {
    expect(shownStage(STAGES, "aware")).toBe("aware");
    expect(shownStage(STAGES, "customer")).toBe("mqa");
    expect(shownStage(STAGES, "none")).toBe("mqa");
    expect(shownStage([stage("none", 0), stage("only", 1, { last: true })], undefined)).toBeUndefined();
  });

  it("knows that nobody stands in a stage", () => {
    expect(anyStage(journey)).toBe(true);
    expect(anyStage({ ...journey, stages: [stage("none", 0, { before: 9, after: 9 }), stage("aware", 1)] })).toBe(false);
  });
});

describe("flows from stage to stage", () => {
  const flows = flowsOf(journey);
  const at = (from: string, to: string) => flows.flat().find((flow) => flow.from === from && flow.to === to);

  it("counts accounts and says which way they went", () => {
    expect(at("none", "aware")).toMatchObject({ count: 2, way: "on" });
    expect(at("aware", "customer")).toMatchObject({ count: 1, way: "on" });
    expect(at("mqa", "none")).toMatchObject({ count: 1, way: "back" });
    expect(at("sqa", "mqa")).toMatchObject({ count: 0, way: "back" });
  });

  it("each column adds up to who stands there at the end", () => {
    for (const [place, one] of STAGES.entries()) expect(flows.reduce((sum, row) => sum + (row[place]?.count ?? 0), 0)).toBe(one.after);
    expect(at("aware", "aware")).toMatchObject({ count: 10, way: "stayed" });
  });

  it("lists the accounts of a flow", () => {
    const ids = (words: Parameters<typeof movesIn>[1]) => movesIn(MOVES, words).map((one) => one.account_id);
    expect(ids({ from: "none", to: "aware" })).toEqual(["a", "b"]);
    expect(ids({ way: "back" })).toEqual(["d"]);
    expect(ids({ way: "on", to: "customer" })).toEqual(["c"]);
    expect(ids({})).toHaveLength(4);
  });

  it("orders them by stage, not by its name, and by days", () => {
    const ids = (text: string) => sorted(MOVES, readSort(text), STAGES).map((one) => one.account_id);
    expect(ids("-now")[0]).toBe("c");
    expect(ids("now")[0]).toBe("d");
    expect(ids("days").slice(0, 2)).toEqual(["a", "c"]);
    expect(ids("no such")).toEqual(["a", "b", "c", "d"]);
    expect(writeSort(readSort("-since") as never)).toBe("-since");
  });

  it("tells whole days at the end of the period, and nothing where nothing is known", () => {
    expect(daysThere(MOVES[0] as StageMove, journey.end)).toBe(31);
    expect(daysThere(MOVES[3] as StageMove, journey.end)).toBeNull();
  });
});

describe("cohorts with undecided accounts", () => {
  const onward = (told: Partial<Onward>): Onward => ({ stage: "sqa", entered: 40, reached: 10, undecided: 0, so_far: 10, median_days: null, share: 0.25, at_least: 0.25, at_most: 0.25, ...told });

  it("are a range until all is decided, and unknown where nobody entered", () => {
    expect(shareText(onward({}))).toBe("25.0%");
    expect(shareText(onward({ undecided: 4, share: null, at_most: 0.35 }))).toBe("25.0% – 35.0%");
    expect(shareText(onward({ entered: 0, reached: 0, share: null, at_least: null, at_most: null }))).toBe("–");
  });

  it("say the accounts behind the share", () => {
    expect(shareWords(onward({ undecided: 4, so_far: 13, median_days: 21, share: null }), 90)).toBe("10 of 40 reached SQA within 90 days, 4 may yet, 3 later, 21 days in the middle");
    expect(shareWords(onward({ entered: 0 }), 90)).toBe("nobody entered");
  });

  it("are told by period and by group, together at the end", () => {
    const one = (period: string | null, group: string | null) => ({ period, group, entered: 1, immature: false, onward: [onward({})] });
    const told = { by: "tier", names: {}, cohorts: [one("2026-01", "A"), one(null, "A"), one("2026-01", null), one(null, null)] } as unknown as Cohorts;
    expect(byPeriod(told).map((cohort) => cohort.period)).toEqual(["2026-01", null]);
    expect(byGroup(told).map((cohort) => cohort.group)).toEqual(["A", null]);
    expect([...csvRows(told)]).toHaveLength(4);
    expect([...csvRows(told)][0]).toEqual(["2026-01", "A", 1, "sqa", 10, 0, 10, null, 0.25, 0.25]);
  });

  it("have the names of their periods", () => {
    expect([cohortName("2026-Q2"), cohortName("2026-W07"), cohortName("2026"), cohortName(null)]).toEqual(["Q2 2026", "W07 2026", "2026", "All together"]);
    expect(cohortName("2026-03")).toMatch(/Mar 2026/);
  });
});

it("names of stages are words", () => {
  expect(["none", "mqa", "opportunity", "in_trial"].map(stageWords)).toEqual(["In no stage", "MQA", "Opportunity", "In trial"]);
});

it("the state of the funnel is the words of its address", () => {
  const state = { period: "last-quarter", way: "back" as const, from: "mqa", to: "none", sort: "-days", stage: "mqa", within: 30, by: "tier" };
  expect(readFunnel(parseWords(writeWords(state)))).toEqual(state);
  expect(readFunnel(readFunnel(parseWords(writeWords(state))) as Record<string, unknown>)).toEqual(state);
  expect(readFunnel(parseWords("?way=sideways&within=-3"))).toEqual({});
});
