import { expect, test } from "vitest";
import type { Fault, Taken } from "@/api/composing";
import { choicesOf, EMPTY, inserted, looked, mended, missing, nameOf, namedIn, optionText, readTakes, takenBy, typedOption } from "@/pages/compose/composing";

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

const choice = (value: unknown, values: unknown[] = []) => ({ name: "o", value, values });

test("an option is typed as the kind of value it has; empty is as usual", () => {
  expect(typedOption("", choice(1))).toBeUndefined();
  expect(typedOption("0.05", choice(0.01))).toBe(0.05);
  expect(typedOption("0.", choice(0.01))).toBe("0."); // refused where it is checked, while it is on its way
  expect(typedOption("champion, 3", choice(["a"]))).toEqual(["champion", 3]);
  expect(typedOption('{"call": 8}', choice({}))).toEqual({ call: 8 });
  expect(typedOption("{call", choice({}))).toBe("{call");
  expect(choicesOf(choice(true))).toEqual([true, false]);
  expect(optionText(["a", 1])).toBe("a, 1");
});

test("options go along with KPIs that the formula names, and no others", () => {
  const kpis = ["mrr", "engaged_accounts", "engaged"].map((name) => ({ name })) as Taken[];
  const named = namedIn("2 * engaged_accounts.engaged / mrr + mrr", kpis);
  expect(named.map(({ name }) => name)).toEqual(["engaged_accounts", "mrr"]);
  expect(takenBy({ engaged_accounts: { threshold: 20 }, mrr: {}, nps: { a: 1 } }, named)).toEqual({ engaged_accounts: { threshold: 20 } });
  expect([readTakes('{"mrr":{"a":1}}'), readTakes("{x"), readTakes("[1]"), readTakes(undefined)]).toEqual([{ mrr: { a: 1 } }, {}, {}, {}]);
});
