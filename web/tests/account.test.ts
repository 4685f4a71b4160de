import { describe, expect, it, test } from "vitest";
import type { Contact, Entry, Head, Peer } from "@/api/accounts";
import { readAccount } from "@/pages/account/search";
import type { Note } from "@/api/boards";
import { ageWords, byDay, circleOf, figureOf, foundIn, moversOf, NOTE, outstanding, partWords, rankOf, running, spanWords, toCall, topOf, treeOf, withNotes } from "@/pages/account/telling";
import { dateText, hourText, keepZone, momentText } from "@/words/periods";
import { parseWords, writeWords } from "@/words/search";

const row = (kpi: string, value: number | null, before: number | null, extra = {}) => ({
  kpi, unit: "points", period: "p", period_start: "2026-07-01", period_end: "2026-10-01", value, n: 1, lower: null, upper: null, flags: ["small_sample"],
  compare: { previous: { value: before, change: value === null || before === null ? null : value - before } }, ...extra,
});
const head = { currency: "EUR", figures: [row("a", 11, 10), row("b", 1, 10), row("c", 5, 0), row("d", 7, 7), row("e", 5, null)] } as unknown as Head;
const person = (contact_id: string, more: Partial<Contact> = {}): Contact =>
  ({ contact_id, name: contact_id, buying_role: null, reports_to: null, points: 0, deals: [], left: null, ...more }) as Contact;

describe("what moved", () => {
  it("is told by how much of itself it moved; what came from nothing first, what stayed or is new to us not at all", () => {
    expect(moversOf(head, 9).map((figure) => figure.kpi)).toEqual(["c", "b", "a"]);
    expect(moversOf(head, 2)).toHaveLength(2);
  });
  it("leaves unknown what is unknown, and does not say of one account that it is a small sample", () => {
    expect(figureOf(head, "e")?.compare.previous).toEqual({ value: null, change: null });
    expect(figureOf(head, "a")?.flags).toEqual([]);
    expect(figureOf(head, "nothing")).toBeUndefined();
  });
});

describe("among peers", () => {
  const peer = (percentile: number | null, good: string, more = {}) => ({ percentile, good, value: 2, median: 1, by: "industry", group: "Energy", n: 42, veiled: false, ...more }) as Peer;
  it("better means the same whichever direction is good", () => {
    expect(rankOf(peer(90, "up"))).toEqual({ better: 90, words: "better than 90%" });
    expect(rankOf(peer(90, "down"))).toEqual({ better: 10, words: "worse than 90%" });
    expect(rankOf(peer(100, "up"))?.words).toBe("better than all");
    expect(rankOf(peer(30, "context"))?.words).toBe("higher than 30%");
    expect(rankOf(peer(42, "up", { median: 2 }))?.words).toBe("in the middle");
    expect(rankOf(peer(null, "up"))).toBeUndefined();
  });
  it("says who they are, roughly where some of them may not be seen", () => {
    expect(circleOf(peer(1, "up"))).toBe("42 in Energy");
    expect(circleOf(peer(1, "up", { by: "tier", group: "A", veiled: true }))).toBe("about 42 in tier A");
    expect(circleOf(peer(1, "up", { by: "all", group: null }))).toBe("42 accounts");
  });
});

describe("people", () => {
  it("to call first are those who decide or stand in a deal and know us; never who left", () => {
    const people = [person("user", { points: 90 }), person("champion", { buying_role: "champion", points: 5 }), person("gone", { buying_role: "champion", left: "left" }), person("dealer", { deals: [{}] as never, points: 20 })];
    expect(toCall(people, 3).map((one) => one.contact_id)).toEqual(["dealer", "champion", "user"]);
  });
  it("stand under those they report to; a circle loses nobody", () => {
    const tree = treeOf([person("ceo"), person("it", { reports_to: "ceo" }), person("dev", { reports_to: "it" }), person("x", { reports_to: "y" }), person("y", { reports_to: "x" })]);
    const names = (branches: ReturnType<typeof treeOf>): unknown[] => branches.map((one) => [one.contact.contact_id, names(one.below)]);
    expect(names(tree)).toEqual([["ceo", [["it", [["dev", []]]]]], ["x", [["y", []]]]]);
    expect(names(topOf(tree, 2))).toEqual([["ceo", [["it", []]]]]);
    expect(names(topOf(tree, 4))).toEqual([["ceo", [["it", [["dev", []]]]]], ["x", []]]);
    const staff = [person("Ana Berg", { title: "Buyer" }), person("Bo Berg", { buying_role: "decision_maker" } as Partial<Contact>)];
    expect([" berg", "berg buyer", "decision maker", "x"].map((words) => foundIn(staff, words).length)).toEqual([2, 1, 1, 0]);
  });
});

describe("the timeline", () => {
  it("puts what has no hour on the workspace's day, and what has one on the reader's; a month's health on its last", () => {
    keepZone("Pacific/Kiritimati"); // 14 hours before Greenwich: no reader is as early
    try {
      const entry = (kind: string, at: string) => ({ kind, at }) as Entry;
      const days = byDay([entry("contract", "2026-09-30T10:00:00Z"), entry("deal", "2026-09-30T10:00:00Z"), entry("health", "2026-09-30T10:00:00Z"), entry(NOTE, "2026-09-30T23:59:59")], "en-GB");
      expect(days.map(({ day, entries }) => [day, entries.map((one) => one.kind)])).toEqual([["Thu, 1 Oct 2026", ["contract", "deal"]], ["Wed, 30 Sept 2026", ["health", NOTE]]]);
      expect(dateText("2027-02-22T10:00:00Z", "en-GB")).toBe("23 Feb 2027");
      expect(dateText("2027-02-23", "en-GB")).toBe("23 Feb 2027");
      expect([momentText("2027-02-22T10:00:00Z", "en-GB"), hourText("2027-02-22T10:00:00Z")]).toEqual(["23 Feb 2027", ""]); // a day, as a file has it
      expect(hourText("2027-02-22T10:30:00Z", "en-GB")).toMatch(/:\d0$/);
    } finally {
      keepZone(undefined);
    }
  });
  it("is grouped by day, in its order", () => {
    const entry = (at: string) => ({ at }) as Entry;
    const days = byDay([entry("2026-09-30T12:00:00Z"), entry("2026-09-30T11:00:00Z"), entry("2026-09-29T12:00:00Z")], "en-GB");
    expect(days.map(({ entries }) => entries.length)).toEqual([2, 1]);
  });
  it("keeps its filters in the address", () => {
    const state = { tab: "timeline" as const, kinds: ["touch", "deal"], person: "C1", since: "last-90-days" };
    expect(readAccount(parseWords(writeWords(state)))).toEqual(state);
    expect(readAccount({ tab: "nowhere", print: "2" })).toEqual({});
  });
});

describe("words", () => {
  it("of parts, spans and ages", () => {
    expect(partWords("adoption_points")).toBe("Adoption");
    expect(spanWords("last-3-months")).toBe("Last 3 months");
    expect(spanWords("2026-01..2026-03")).toBe("Jan 2026 – Mar 2026");
    expect(ageWords({ age_days: 136, pace: 2, usual_days: 67.6 })).toBe("open for 136 days, usual are 68");
    expect(ageWords({ age_days: 1, pace: 0.1, usual_days: 67 })).toBe("open for 1 day");
    expect(ageWords({ age_days: null, pace: null, usual_days: null })).toBe("");
  });
});

describe("notes among what happened", () => {
  const entry = (at: string) => ({ at, kind: "touch", key: at, title: at, contact: null, employee: null, amount: null }) as unknown as Entry;
  const note = (id: string, on: string) => ({ id, on, text: `note ${id}`, author: "Eva", author_id: "u1" }) as unknown as Note;
  const entries = [entry("2026-09-20T08:00:00"), entry("2026-09-10T08:00:00")];
  it("stand at the head of their day", () => {
    const told = withNotes(entries, [note("a", "2026-09-10"), note("b", "2026-09-25"), note("c", "2026-09-01")], false);
    expect(told.map((one) => one.key)).toEqual(["b", "2026-09-20T08:00:00", "a", "2026-09-10T08:00:00", "c"]);
    expect(told[0]).toMatchObject({ kind: "note", title: "note b", employee: { name: "Eva" } });
  });
  it("wait while what happened about their time is not loaded", () => {
    expect(withNotes(entries, [note("c", "2026-09-01")], true).map((one) => one.key)).not.toContain("c");
    expect(withNotes([], [note("c", "2026-09-01")], false)).toHaveLength(1);
  });
});

test("before a call: first figures that stand beside one from elsewhere, then those farthest from their peers", () => {
  const peer = (kpi: string, percentile: number | null, more = {}) => ({ kpi, percentile, value: 1, good: "up", ...more }) as any;
  const peers = [peer("mid", 52), peer("far", 3), peer("own", null), peer("unknown", 1, { value: null }), peer("size", 99, { good: "context" }), peer("high", 90)];
  const names = (most: number) => outstanding(peers, (kpi) => kpi === "own", most).map(({ kpi }) => kpi);
  expect(names(9)).toEqual(["own", "far", "high", "mid"]);
  expect(names(2)).toEqual(["own", "far"]);
});

test("goals are targets whose period is not over, the first to end first", () => {
  const target = (kpi: string, end: string, state: string) => ({ kpi, period: { end }, pace: { state } }) as any;
  expect(running([target("b", "2027-01-01", "coming"), target("c", "2026-10-01", "over"), target("a", "2026-12-01", "running")]).map(({ kpi }) => kpi)).toEqual(["a", "b"]);
});
