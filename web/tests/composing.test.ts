import { expect, test } from "vitest";
import type { Fault, Taken } from "@/api/composing";
import { EMPTY, inserted, looked, mended, missing, nameOf } from "@/pages/compose/composing";

test("a name comes out of the label, as questions may say it", () => {
  expect(nameOf("Won revenue per engaged account")).toBe("won_revenue_per_engaged_account");
  expect(nameOf("  100 % Größe, in € ")).toBe("gro_e_in");
  expect(nameOf("x".repeat(90))).toHaveLength(60);
});

test("a word is put where the cursor is, apart from others", () => {
  expect(inserted("", "mrr", 0, 0)).toEqual({ formula: "mrr", cursor: 3 });
  expect(inserted("mrr /", "nps", 5, 5)).toEqual({ formula: "mrr / nps", cursor: 9 });
  expect(inserted("max(, 2)", "mrr", 4, 4)).toEqual({ formula: "max(mrr, 2)", cursor: 7 });
  expect(inserted("a + b", "mrr", 4, 5)).toEqual({ formula: "a + mrr", cursor: 7 });
});

const fault = (what: string, mend: string, start: number | null, end: number | null): Fault => ({ field: "formula", what, mend, start, end });

test("what was meant is put in the place of what is not known", () => {
  expect(mended("sales_revenu / mrr", fault("There is no KPI 'sales_revenu'.", "Did you mean 'sales_revenue'?", 0, 12))).toBe("sales_revenue / mrr");
  expect(mended("1 - wn_rate.won", fault("There is no KPI 'wn_rate'.", "Did you mean 'win_rate'?", 4, 15))).toBe("1 - win_rate.won");
  expect(mended("win_rate.wonn", fault("'win_rate' has no measure 'wonn'.", "Did you mean 'won'?", 0, 13))).toBe("win_rate.won");
  expect(mended("mrr +", fault("It ends too early.", "Write what is missing there.", 5, 5))).toBeUndefined();
});

test("KPIs are found by what their measures count, too", () => {
  const kpi = (name: string, sentence: string): Taken => ({ name, label: name, asks: "", family: "f", unit: "count", known: true, options: [], measures: [{ name: `${name}.m`, sentence }] });
  const all = [kpi("tickets", "number of rows in tickets"), kpi("win_rate", "number of rows where status = 'won'")];
  expect(looked(all, "won").map((one) => one.name)).toEqual(["win_rate"]);
  expect(looked(all, "")).toHaveLength(2);
  expect(looked(all, "nothing such")).toHaveLength(0);
});

test("what is missing is named", () => {
  expect(missing({ ...EMPTY, label: "L", name: "l" })).toEqual(["a formula", "the question it answers"]);
});
