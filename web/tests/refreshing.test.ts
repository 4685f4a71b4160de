import { expect, test } from "vitest";
import type { Refresh } from "@/api/data";
import { refreshText } from "@/pages/data/Refreshing";

const NOW = new Date("2026-11-22T12:00:00Z");
const told = (more: Partial<Refresh>): Refresh => ({
  state: "none", by: "Ada", started_at: "2026-11-22T11:59:00Z", ended_at: null, doing: "", done: 0, total: 0,
  snapshot: null, seconds: null, unread: [], warnings: 0, what: null, where: null, mend: null, ...more,
});

test("each state of a refresh is told as what it means for the figures", () => {
  expect(refreshText(told({}), NOW)).toBe("");
  expect(refreshText(told({ state: "running", doing: "checking orders", done: 2, total: 5 }), NOW)).toMatch(/^checking orders 2 of 5, begun by Ada/);
  expect(refreshText(told({ state: "done", seconds: 12.2, warnings: 1 }), NOW)).toBe("Refreshed in 12 seconds, 1 warning.");
  expect(refreshText(told({ state: "in_part", unread: [{ source: "crm", why: "it does not answer." }] }), NOW)).toBe(
    "Refreshed, but could not read crm (it does not answer.) Their rows are those of before.",
  );
  expect(refreshText(told({ state: "failed", where: "orders.csv", what: "It has no ordered_at.", mend: "Map it." }), NOW)).toBe(
    "The refresh failed; figures are those of before. orders.csv: It has no ordered_at. Map it.",
  );
});
