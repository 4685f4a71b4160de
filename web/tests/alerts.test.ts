// Alerts: the words of the page, and a rule from what is typed to what the API reads.

import { describe, expect, it } from "vitest";
import type { Proof, Rule } from "@/api/alerts";
import { Problem, problemOf } from "@/api/problem";
import { draftOf, EMPTY, faultsOf, KINDS, type Kind, missing, nameOf, narrowedTo, ofKind, ruleOf } from "@/pages/alerts/rules";
import { readAlerts, wordsOf } from "@/pages/alerts/search";
import { nothingText, quietText, tallyText, verdictText } from "@/pages/alerts/telling";
import { dayAfter, endOfDay } from "@/words/snoozing";

describe("the address", () => {
  it("says what is asked for, each state by itself", () => {
    expect(wordsOf({})).toEqual({ state: "open", snoozed: false, order: "latest" });
    expect(wordsOf({ show: "over" })).toMatchObject({ state: "resolved", snoozed: false });
    expect(wordsOf({ show: "snoozed", owner: "me" })).toEqual({ snoozed: true, mine: true, order: "latest" });
    expect(readAlerts({ show: "nonsense", severity: "high", held: "1" })).toEqual({ severity: "high", held: "1" });
  });
});

describe("words", () => {
  it("counts what waits", () => {
    expect(tallyText({ open: 12, acknowledged: 3, snoozed: 1, high: 4, accounts: 9 })).toBe("12 open about 9 accounts, 4 of high severity · 3 taken care of · 1 snoozed");
    expect(tallyText({ open: 0, acknowledged: 0, snoozed: 0, high: 0, accounts: 0 })).toBe("Nothing open");
  });

  it("says why there is nothing", () => {
    expect(nothingText("open", true, [])).toMatchObject({ way: "all" });
    expect(nothingText("open", false, [])).toMatchObject({ title: "There is no rule yet", way: "rules" });
    expect(nothingText("snoozed", false, undefined).title).toBe("Nothing is snoozed");
  });

  it("tells quiet hours where there are some", () => {
    expect(quietText({ hours: null, days: [], until: null })).toBe("");
    expect(quietText({ hours: "20:00-07:00", days: ["sat"], until: null })).toContain("between 20:00 and 07:00 and on Saturdays");
  });

  it("says that a rule is right only where it beats chance", () => {
    const share = (hits: number, of: number, lower: number | null, upper: number | null) => ({ hits, of, value: of ? hits / of : null, lower, upper });
    const proof = (precision: ReturnType<typeof share>) => ({ what: "left", within_days: 120, precision, usual: share(3, 100, 0.01, 0.08), caught: share(1, 2, 0, 1), undecided: 0, lead_days: null, missed: [] }) as Proof;
    expect(verdictText(proof(share(9, 42, 0.12, 0.36)))).toBe("An account it fires for left 7.1 times as often as others.");
    expect(verdictText(proof(share(0, 5, 0, 0.43)))).toContain("not shown to be right");
    expect(verdictText(proof(share(0, 0, null, null)))).toContain("judged yet");
  });
});

describe("a rule that is written", () => {
  const kinds = Object.keys(KINDS) as Kind[];

  it("lacks what its kind needs, and no more", () => {
    const lacking = Object.fromEntries(kinds.map((kind) => [kind, missing(ofKind(draftOf(EMPTY), kind))]));
    expect(lacking).toEqual({ threshold: ["a number"], change: ["by how much"], baseline: [], pacing: [], no_touch: [], renewal: [], champion_left: [], data_late: [] });
  });

  it("is sent without what is empty, but with a health that is left open", () => {
    const renewal = ofKind(draftOf(EMPTY), "renewal");
    expect(ruleOf({ ...renewal, where: "  ", when: { ...renewal.when, health_below: null } }, "A rule")).toMatchObject({ label: "A rule", where: null, when: { kind: "renewal", within_days: 90, health_below: null } });
    const other = draftOf({ label: "x", when: { kind: "threshold", kpi: "nps", above: 3 } } as Rule);
    expect(ruleOf(other).when).toEqual({ kind: "threshold", kpi: "nps", per: "month", above: 3 });
  });

  it("drops what another kind or group cannot have", () => {
    const begun = { ...draftOf(EMPTY), scope: "customers" as const, where: "tier = 'A'", outcome: { what: "churn" as const, within_days: 90 } };
    expect(ofKind(begun, "data_late")).toMatchObject({ scope: "all", where: null, outcome: null, each: "account" });
    expect(narrowedTo(begun, "owner_id")).toMatchObject({ scope: "customers", outcome: null });
    expect(ofKind(begun, "change").when.kpi).toBe("health_score");
  });

  it("is told what is wrong beside its field", () => {
    const sent = problemOf(422, { title: "Faulty", faults: [{ where: "rule.when.baseline", what: "least is more than periods" }, { where: "rule.route", what: "nobody to tell" }] });
    expect(faultsOf(sent)).toEqual(new Map([["rule", "Least is more than periods."], ["route", "Nobody to tell."]]));
    expect(faultsOf(new Problem(400, "No", "tierr is none.", "rule.where", "Did you mean 'tier'?")).get("where")).toBe("tierr is none. Did you mean 'tier'?".replace(/^t/, "T"));
    expect(faultsOf(undefined).size).toBe(0);
  });

  it("gets a name that no other has", () => {
    expect(nameOf("Health is low!", [])).toBe("health_is_low");
    expect(nameOf("Gefährdet: 3 Monate", ["gefahrdet_3_monate"])).toBe("gefahrdet_3_monate_2");
    expect(nameOf("健康", [])).toBe("rule");
    expect(nameOf("x".repeat(200), []).length).toBeLessThan(64);
  });
});

describe("snoozing", () => {
  it("lasts to the end of a day of the reader", () => {
    expect(dayAfter(3, new Date(2026, 0, 30))).toBe("2026-02-02");
    expect(new Date(endOfDay("2026-02-28")).getDate()).toBe(28);
  });
});
