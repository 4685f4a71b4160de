import { describe, expect, it, test, vi } from "vitest";
import type { Catalog, KpiShort } from "@/api/queries";
import { BLOCK, blocksFor, placeOf } from "@/pages/accounts/blocks";
import { boundText, readBound, withBound, writeBound } from "@/pages/accounts/bounds";
import { askedOf, changeText, columnsOf, coursesOf, goneOf, heatOf, nextSort, readWidths, writeWidths } from "@/pages/accounts/columns";
import { toggle } from "@/pages/accounts/ColumnsDrawer";
import { following } from "@/pages/accounts/following";
import { cellsOf, seenOf } from "@/pages/accounts/listing";
import { questionOf } from "@/pages/accounts/questions";
import { readAccounts } from "@/pages/accounts/search";
import { readyViews } from "@/pages/accounts/views";
import { stepFrom } from "@/words/walking";
import { listWords, stageWords } from "@/words/groups";
import { parseWords, sameWords, viewWords, writeWords } from "@/words/search";

const kpi = (name: string, good: "up" | "down" | "context" = "up", unit = "money", known = true): KpiShort =>
  ({ name, label: name.toUpperCase(), also: [], asks: `${name}?`, unit, good, known, family: "f", leads: "both", review: "", origin: "", interval: false, lacks: [] }) as KpiShort;
const catalog = {
  attributes: { account_id: "VARCHAR", name: "VARCHAR", tier: "VARCHAR", owner_id: "VARCHAR", employees: "BIGINT" },
  kpis: [kpi("mrr"), kpi("health_score", "up", "points"), kpi("nps", "up", "points", false), kpi("win_rate", "up", "fraction")],
  currency: "EUR",
} as unknown as Catalog;
const columns = (keys: string[]) => columnsOf(keys, catalog, new Map());

test("a column is as wide as its heading needs to be read, in two lines where its note stands beneath", () => {
  const long = { ...catalog, kpis: [{ ...kpi("mrr"), label: "Monthly recurring revenue" }] } as unknown as Catalog;
  const [value, change, short] = columnsOf(["mrr", "mrr.change", "tier"], long, new Map()).map((column) => column.width);
  expect(value).toBeLessThan(change as number);
  expect(change).toBeGreaterThanOrEqual("Monthly recurring".length * 6.5);
  expect(columnsOf(["mrr.change"], catalog, new Map())[0]?.width).toBeLessThan(change as number);
  expect(columnsOf(["mrr.change"], long, new Map([["mrr.change", 70]]))[0]?.width).toBe(70);
  expect(short).toBe(72);
});

test("an order by a course is asked for as one by its KPI", () => {
  expect(questionOf({ sort: "-mrr.course" }, columns(["mrr.course"])).sort).toBe("-mrr");
  expect(questionOf({ sort: "mrr.change" }, columns(["mrr.course"])).sort).toBe("mrr.change");
});

describe("rows come in blocks", () => {
  it("asks for every block in sight, once, however far somebody scrolled, and for none beyond the end", () => {
    for (const total of [1, BLOCK - 1, BLOCK, BLOCK + 1, 100_000]) {
      for (let first = 0; first < total; first += Math.max(1, Math.floor(total / 57))) {
        const last = Math.min(total - 1, first + 29);
        const blocks = blocksFor(first, last, total);
        for (const index of [first, last]) expect(blocks).toContain(placeOf(index).block);
        expect(new Set(blocks).size).toBe(blocks.length);
        expect(blocks.length).toBeLessThanOrEqual(3);
        expect(Math.max(...blocks) * BLOCK).toBeLessThan(total);
      }
    }
  });
  it("fetches ahead when the end of a block comes near", () => {
    expect(blocksFor(0, 20, 1000)).toEqual([0]);
    expect(blocksFor(40, BLOCK - 10, 1000)).toEqual([0, 1]);
  });
  it("is not led astray by a sight left over from a longer list", () => {
    expect(blocksFor(90_000, 90_030, 12)).toEqual([0]);
    expect(blocksFor(0, 40, undefined)).toEqual([0]);
    expect(blocksFor(0, 40, 0)).toEqual([0]);
  });
});

describe("what is in sight while a table scrolls", () => {
  const seen = (firsts: number[]): number[] => {
    vi.useFakeTimers();
    const told: number[] = [];
    const look = following(({ first }) => told.push(first), 100);
    for (const first of firsts) {
      look({ first, last: first + 20, held: 0 });
      vi.advanceTimersByTime(30);
    }
    vi.runAllTimers();
    vi.useRealTimers();
    return [...new Set(told)];
  };
  it("is told on the way, without a rest in between", () => expect(seen([0, 10, 20, 30, 40, 50, 60])).toEqual([0, 10, 30, 50, 60]));
  it("is told of the place alone where a flight ends", () => expect(seen([0, 5_000, 9_000, 30_000, 70_000])).toEqual([0, 70_000]));
});

describe("heat", () => {
  const scale = { low: 10, middle: 20, high: 60 };
  it("lies between the 5th and the 95th percentile, to the side of the median the figure is on", () => {
    expect(heatOf(20, scale, "up")).toEqual({ side: 0, meaning: "neutral" });
    expect(heatOf(40, scale, "up")).toEqual({ side: 0.5, meaning: "good" });
    expect(heatOf(15, scale, "up")).toEqual({ side: -0.5, meaning: "bad" });
    expect(heatOf(900, scale, "up")?.side).toBe(1);
    expect(heatOf(-900, scale, "up")?.side).toBe(-1);
  });
  it("means the opposite where less is better, and nothing where neither is", () => {
    expect(heatOf(40, scale, "down")?.meaning).toBe("bad");
    expect(heatOf(15, scale, "down")?.meaning).toBe("good");
    expect(heatOf(40, scale, "context")?.meaning).toBe("neutral");
  });
  it("says nothing of the unknown, and does not divide by nothing where all are alike", () => {
    expect(heatOf(null, scale, "up")).toBeUndefined();
    expect(heatOf(5, null, "up")).toBeUndefined();
    expect(heatOf(3, { low: 2, middle: 2, high: 2 }, "up")).toEqual({ side: 1, meaning: "good" });
  });
});

describe("columns", () => {
  it("are an attribute, or the value, the change or the course of a KPI; what nobody knows is left out", () => {
    const told = columns(["tier", "mrr", "mrr.change", "win_rate(basis=value).course", "gone", "tier.change"]);
    expect(told.map((column) => column.shows)).toEqual(["attribute", "value", "change", "course"]);
    expect(told.map((column) => column.title)).toEqual(["Tier", "MRR", "MRR, change", "WIN_RATE (basis=value), 12 months"]);
    expect(askedOf(told)).toEqual(["tier", "mrr"]);
    expect(coursesOf(told)).toEqual(["win_rate(basis=value)"]);
  });
  it("ask for a comparison only where something needs it", () => {
    expect(questionOf({}, columns(["mrr"])).compare).toBeUndefined();
    expect(questionOf({}, columns(["mrr.change"])).compare).toBe("previous");
    expect(questionOf({ sort: "-mrr.change" }, columns(["mrr"])).compare).toBe("previous");
    expect(questionOf({ having: ["nps.change < 0"], compare: "year-ago" }, columns(["mrr"])).compare).toBe("year-ago");
    expect(questionOf({ compare: "none" }, columns(["mrr.change"])).compare).toBe("previous");
  });
  it("are kept in the address with order and widths, and Back finds them again", () => {
    const state = { find: "a&b=c", cols: ["mrr.change", "tier", "win_rate(basis=value,level=0.9)"], widths: ["tier:90"], sort: "-mrr.change", having: ["mrr >= 1000"], heat: "off" as const, filters: { tier: ["A"] } };
    expect(readAccounts(parseWords(writeWords(state)))).toEqual(state);
    expect(readAccounts(readAccounts(parseWords(writeWords(state))) as Record<string, unknown>)).toEqual(state);
  });
  it("keep widths of columns that are shown, within bounds", () => {
    const widths = readWidths(["tier:90", "mrr:9999", "nps:1", "x:no"]);
    expect([...widths]).toEqual([["tier", 90], ["mrr", 560], ["nps", 64]]);
    expect(writeWidths(widths, ["mrr"])).toEqual(["mrr:560"]);
    expect(writeWidths(new Map(), ["mrr"])).toBeUndefined();
  });
  it("sort numbers from the highest, words from A, and then the other way", () => {
    expect(nextSort("name", "mrr", true)).toBe("-mrr");
    expect(nextSort("-mrr", "mrr", true)).toBe("mrr");
    expect(nextSort("mrr", "mrr", true)).toBe("-mrr");
    expect(nextSort("-mrr", "tier", false)).toBe("tier");
  });
  it("of one KPI stand together, and the last one stays", () => {
    expect(toggle(["mrr", "tier"], "mrr", ["mrr", "mrr.change"])).toEqual(["mrr", "mrr.change", "tier"]);
    expect(toggle(["tier"], "mrr", ["mrr"])).toEqual(["tier", "mrr"]);
    expect(toggle(["mrr"], "mrr", [])).toEqual(["mrr"]);
  });
  it("tell a change in its own unit: shares in points, money as money", () => {
    expect(changeText(0.05, { unit: "fraction" })).toBe("+5.0 pp");
    expect(changeText(-1234, { unit: "money", currency: "EUR" })).toMatch(/^−€1[,.]23K$/i);
  });
});

describe("bounds", () => {
  it("are read as they are written", () => {
    for (const text of ["mrr >= 1000", "health_score.change < 0", "win_rate(basis=value) <= 0.5"]) expect(writeBound(readBound(text) as never)).toBe(text);
    expect(readBound("mrr")).toBeUndefined();
  });
  it("on the same side of the same column replace each other", () => {
    expect(withBound(["mrr >= 1", "mrr <= 9"], { key: "mrr", sign: ">=", number: 5 })).toEqual(["mrr <= 9", "mrr >= 5"]);
  });
  it("are told in words", () => {
    expect(boundText("mrr >= 1000", () => "MRR", () => "money", "EUR")).toBe("MRR ≥ €1,000");
    expect(boundText("nonsense", String, () => undefined, "EUR")).toBe("nonsense");
  });
});

describe("where accounts stand", () => {
  it("is in the address, and asked of the server", () => {
    const search = readAccounts(parseWords("?stage=customer&stage=mqa&list=target"));
    expect(search).toEqual({ stage: ["customer", "mqa"], list: ["target"] });
    expect(questionOf(search, [])).toMatchObject({ stages: ["customer", "mqa"], lists: ["target"] });
    expect(writeWords({ ...search })).toBe("?stage=customer&stage=mqa&list=target");
  });
  it("is told in words", () => {
    expect(["target", "non_target", "key_accounts"].map(listWords)).toEqual(["Target accounts", "Not targeted", "key accounts"]);
    expect(["mqa", "none", "customer"].map(stageWords)).toEqual(["MQA", "In no stage", "Customer"]);
  });
});

describe("views", () => {
  it("are those this workspace has data for", () => {
    expect(readyViews(catalog).map((view) => view.name)).toEqual(["All accounts", "Cooling off", "Revenue"]);
  });
  it("are what was shown, without what was explained beside it, in whatever order the address says it", () => {
    const search = { sort: "-mrr", cols: ["mrr"], explain: { kpi: "mrr" } };
    expect(readAccounts(parseWords(viewWords(search)))).toEqual({ sort: "-mrr", cols: ["mrr"] });
    expect(sameWords(viewWords(search), "cols=mrr&sort=-mrr")).toBe(true);
    expect(sameWords(viewWords(search), "cols=mrr&sort=mrr")).toBe(false);
  });
});

describe("the CSV is what is seen", () => {
  const file = 'account_id,name,owner_id,owner_name,mrr,mrr previous,mrr change,nps\nA1,"Ann ""A"", Ltd",E1,Eva,12.5,10,2.5,3\nA2,\'=SUM(A1),E2,,,,,\n';
  it("takes the columns in sight, in their order, headed as they are", () => {
    const told = cellsOf(seenOf(file, columns(["mrr.change", "owner_id", "mrr.course", "mrr"]), "previous"));
    expect(told).toEqual([
      ["Account id", "Account", "MRR, change", "Owner", "MRR"],
      ["A1", 'Ann "A", Ltd', "2.5", "Eva", "12.5"],
      ["A2", "'=SUM(A1)", "", "", ""],
    ]);
  });
  it("reads cells with commas, quotes and line breaks", () => {
    expect(cellsOf('a,"b\n,""c"""\r\n,\n')).toEqual([["a", 'b\n,"c"'], ["", ""]]);
    expect(cellsOf("")).toEqual([]);
  });
});

describe("keys walk through the table", () => {
  const size = { rows: 100, columns: 5, page: 20 };
  const key = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false });
  it("by cell, by page, to the ends, and never out of it", () => {
    expect(stepFrom({ row: 3, column: 0 }, key("ArrowDown"), size)).toEqual({ row: 4, column: 0 });
    expect(stepFrom({ row: 0, column: 0 }, key("ArrowUp"), size)).toEqual({ row: 0, column: 0 });
    expect(stepFrom({ row: 90, column: 1 }, key("PageDown"), size)).toEqual({ row: 99, column: 1 });
    expect(stepFrom({ row: 9, column: 3 }, key("Home"), size)).toEqual({ row: 9, column: 0 });
    expect(stepFrom({ row: 9, column: 3 }, key("End", true), size)).toEqual({ row: 99, column: 4 });
    expect(stepFrom({ row: 9, column: 3 }, key("x"), size)).toBeNull();
  });
});

test("what columns and the order name and nothing is called any more is told, attributes and KPIs with options are not", () => {
  const catalog = { kpis: [{ name: "mrr" }], attributes: { tier: "VARCHAR" } } as any;
  expect(goneOf(["tier", "mrr(basis=x).change", "gone.course"], "-past", [], catalog)).toEqual(["gone", "past"]);
  expect(goneOf(["stage"], "name", ["mrr.change < 0", "left(a=1) >= 2"], catalog)).toEqual(["left"]);
});
