import { expect, test } from "vitest";
import type { Lack, Serving } from "@/api/goals";
import { knownText, listed, missingOf, quarterName } from "@/pages/goals/telling";

const lack = (entity: string): Lack => ({ entity, first_step: "", mend: "", systems: [] });
const kpi = (label: string, ...lacks: Lack[]): Serving => ({ kpi: label, label, unit: "count", good: "up", role: "leading", why: "", lacks });

test("what is missing is told once, what adds most first", () => {
  const told = missingOf([kpi("A", lack("costs")), kpi("B", lack("tickets")), kpi("C"), kpi("D", lack("tickets"))]);
  expect(told.map(({ entity, adds }) => [entity, adds])).toEqual([["tickets", ["B", "D"]], ["costs", ["A"]]]);
});

test("words say how much is known", () => {
  expect(knownText({ kpis: 6, known: 6 })).toBe("Data for all 6 KPIs");
  expect(knownText({ kpis: 6, known: 2 })).toBe("Data for 2 of 6 KPIs");
  expect(knownText({ kpis: 6, known: 0 })).toBe("No data yet");
  expect(listed(["HubSpot", "Stripe", "Zendesk"], "or")).toBe("HubSpot, Stripe or Zendesk");
  expect([quarterName("2026-Q4"), quarterName("FY2027-Q1")]).toEqual(["Q4 2026", "Q1 FY2027"]);
});
