import { describe, expect, it } from "vitest";
import { readExplore } from "@/pages/explore/search";
import { ownPath } from "@/words/paths";
import { parseWords, readPage, splitKpis, whereOf, writeWords } from "@/words/search";

const again = (state: Record<string, unknown>) => readPage(parseWords(writeWords(state)));

describe("the state of a page is the words of its address", () => {
  it("reads back what it wrote", () => {
    const state = {
      period: "2026-01..2026-06",
      grain: "month" as const,
      compare: "year-ago" as const,
      scope: "target",
      filters: { tier: ["A", "B"], industry: ["Food, drinks & more"] },
      explain: { kpi: "win_rate(basis=value)", period: "2026-Q2", by: { tier: "(unknown)" }, rows: { measure: "won", which: "left_out", reason: "not: status = 'won'" } },
    };
    expect(again(state)).toEqual(state);
  });

  it("can be read by a person", () => {
    expect(writeWords({ period: "2026-01..2026-06", filters: { tier: ["A"] } })).toBe("?period=2026-01..2026-06&f.tier=A");
    expect(writeWords({ period: undefined })).toBe("");
  });

  it("is written once, also over what the address said before", () => {
    const words = parseWords("?period=2026&f.tier=A&f.tier=B&x=nps&x.by.tier=A");
    expect(writeWords({ ...words, ...readPage(words) })).toBe("?period=2026&f.tier=A&f.tier=B&x=nps&x.by.tier=A");
    expect(writeWords({ ...words, ...readPage(words), explain: undefined })).toBe("?period=2026&f.tier=A&f.tier=B");
  });
  it("takes a year for a text, and leaves out what makes no sense", () => {
    expect(readPage(parseWords("?period=2026&grain=fortnight&compare=yesterday"))).toEqual({ period: "2026" });
  });

  it("is the same read twice, as the router does", () => {
    const state = again({ filters: { tier: ["A"] }, explain: { kpi: "nps" } });
    expect(readPage(state as Record<string, unknown>)).toEqual(state);
  });

  it("keeps KPIs with options whole", () => {
    expect(splitKpis("win_rate(basis=value,cohort=created),nps")).toEqual(["win_rate(basis=value,cohort=created)", "nps"]);
    expect(readExplore(parseWords("?kpis=mrr,nps&kpis=arr&by=tier&chart=pie"))).toEqual({ kpis: ["mrr", "nps", "arr"], by: ["tier"] });
  });
});

describe("the condition of a question", () => {
  it("joins the filters with the group that was clicked", () => {
    expect(whereOf({ tier: ["A", "B"] }, { region: "DACH" })).toBe("tier in ('A', 'B') and region in ('DACH')");
    expect(whereOf({}, undefined)).toBeUndefined();
  });

  it("cannot be broken out of by a value", () => {
    expect(whereOf({ name: ["O'Hara' or 1=1 --"] })).toBe("name in ('O''Hara'' or 1=1 --')");
  });
});

it("after signing in one is led to a path of ours, never elsewhere", () => {
  expect(ownPath("/catalog?find=nps")).toBe("/catalog?find=nps");
  for (const bad of ["//evil.example", "/\\evil.example", "https://evil.example", undefined]) expect(ownPath(bad)).toBe("/");
});
