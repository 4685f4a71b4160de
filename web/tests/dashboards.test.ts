// Dashboards: what is asked together, how tiles move by keyboard, what counts as unsaved, which notes are marks.

import { describe, expect, test } from "vitest";
import type { BoardLayout, Tile } from "../src/api/boards";
import { batchesOf, partOf, questionOf, whereAll } from "../src/pages/dashboards/asking";
import { chartsOf, picked } from "../src/pages/dashboards/drawing";
import { addTile, compacted, copyTile, dropTile, fittingRow, inOrder, moveTile, resizeTile, same } from "../src/pages/dashboards/layout";
import { after, readBoard, secondsOf } from "../src/pages/dashboards/search";
import { type Trend, trendCsv, trendDrawings, trendFrom } from "../src/parts/Trend";
import type { Answer } from "../src/words/answer";
import { fileName, linesOf } from "../src/words/listing";
import { daysOf, marksOf } from "../src/words/notes";
import { scopeWords } from "../src/words/scopes";
import { parseWords, readPage, writeWords } from "../src/words/search";

const tile = (id: string, x: number, y: number, w = 3, h = 4, more: Partial<Tile> = {}): Tile => ({ id, kind: "number", box: { x, y, w, h }, title: "", kpis: ["mrr"], by: [], text: "", ...more });
const layout = (...tiles: Tile[]): BoardLayout => ({ name: "Mondays", narrowing: {}, tiles });
const boxOf = (from: BoardLayout, id: string) => from.tiles.find((one) => one.id === id)?.box;
const lieOver = (from: BoardLayout) =>
  from.tiles.some((one, place) => from.tiles.slice(place + 1).some(({ box }) => one.box.x < box.x + box.w && box.x < one.box.x + one.box.w && one.box.y < box.y + box.h && box.y < one.box.y + one.box.h));

describe("asking", () => {
  const ask = (id: string, more: Partial<Tile> = {}, told = {}) => ({ id, question: questionOf(tile(id, 0, 0, 3, 4, more), { period: "last-month", compare: ["previous"] }, told) });

  test("tiles that differ only in their KPIs are one question, each KPI once", () => {
    const batches = batchesOf([ask("a"), ask("b", { kpis: ["nps", "mrr"] }), ask("c", { period: "2026" })]);
    expect(batches.map((batch) => [batch.ids, batch.question.kpis, batch.question.period])).toEqual([
      [["a", "b"], ["mrr", "nps"], "last-month"],
      [["c"], ["mrr"], "2026"],
    ]);
  });

  test("a filter, a scope, a split or a comparison of its own parts a tile from the others", () => {
    const own: Partial<Tile>[] = [{}, { where: "tier = 'A'" }, { scope: "target" }, { by: ["tier"], kind: "table" }, { compare: ["year-ago"] }];
    expect(batchesOf(own.map((more, place) => ask(String(place), more)))).toHaveLength(own.length);
  });

  test("leading groups are asked apart: the first KPI says who leads", () => {
    const leads = { kind: "table" as const, by: ["account_id"], top: 5 };
    expect(batchesOf([ask("a", leads), ask("b", { ...leads, kpis: ["nps"] })])).toHaveLength(2);
    expect(batchesOf([ask("a", leads), ask("b", leads)])).toHaveLength(1);
  });

  test("no request grows without end", () => {
    const many = Array.from({ length: 60 }, (_, place) => ask(String(place), { kpis: [`kpi_${place}`] }));
    const batches = batchesOf(many);
    expect(batches.flatMap((batch) => batch.ids)).toHaveLength(60);
    expect(Math.max(...batches.map((batch) => batch.question.kpis.length))).toBeLessThanOrEqual(40);
  });

  test("a tile's own word counts before the address, and that before the dashboard's", () => {
    const board = { period: "last-month", scope: "customers", where: "tier = 'A' or tier = 'B'", compare: ["previous"] };
    const told = { period: "2026", filters: { region: ["EMEA"] }, compare: "none" as const };
    expect(questionOf(tile("a", 0, 0), board, told)).toMatchObject({ period: "2026", scope: "customers", compare: [], grain: "total", where: "(tier = 'A' or tier = 'B') and (region in ('EMEA'))" });
    expect(questionOf(tile("a", 0, 0, 3, 4, { kind: "line", period: "last-year", scope: "all" }), board, told)).toMatchObject({ period: "last-year", scope: "all", grain: "month" });
    expect(whereAll(null, "", "a = 1")).toBe("a = 1");
    expect(whereAll(undefined, null)).toBeUndefined();
  });

  test("each tile takes its part, the same object each time", () => {
    const answer = answerOf(["mrr", [1]], ["nps", [2]], ["arr", [3]]);
    const part = partOf(answer, ["mrr", "nps", "arr"], ["arr", "mrr"]);
    expect(part.kpis.map((series) => series.value)).toEqual([[3], [1]]);
    expect(partOf(answer, ["mrr", "nps", "arr"], ["arr", "mrr"])).toBe(part);
  });
});

describe("laying out", () => {
  const start = layout(tile("a", 0, 0), tile("b", 3, 0), tile("c", 0, 4, 6, 5));

  test("arrow keys move a tile; what is in its way makes room, nothing lies over another", () => {
    const right = moveTile(start, "a", 1, 0);
    expect(boxOf(right, "a")).toMatchObject({ x: 1, y: 0 });
    expect(lieOver(right)).toBe(false);
    const down = moveTile(start, "a", 0, 1);
    expect(boxOf(down, "a")?.y).toBeGreaterThan(0);
    expect(lieOver(down)).toBe(false);
    expect(boxOf(moveTile(down, "a", 0, -1), "a")?.y).toBe(0);
  });

  test("the grid's edges hold", () => {
    expect(boxOf(moveTile(start, "a", -1, 0), "a")).toEqual({ x: 0, y: 0, w: 3, h: 4 });
    expect(boxOf(moveTile(layout(tile("a", 9, 0)), "a", 1, 0), "a")?.x).toBe(9);
    expect(boxOf(resizeTile(layout(tile("a", 9, 0)), "a", 1, 0), "a")?.w).toBe(3);
    expect(boxOf(resizeTile(layout(tile("a", 0, 0, 1, 2)), "a", -1, -1), "a")).toMatchObject({ w: 1, h: 2 });
  });

  test("a tile that grows pushes others away", () => {
    const wider = resizeTile(start, "a", 2, 1);
    expect(boxOf(wider, "a")).toMatchObject({ x: 0, y: 0, w: 5, h: 5 });
    expect(lieOver(wider)).toBe(false);
  });

  test("a new tile stands beside the last or beneath all, under a name of its own", () => {
    const beside = addTile(layout(tile("t1", 0, 0)), { kind: "number", title: "", kpis: ["nps"], by: [], text: "" });
    expect(beside.tiles.at(-1)).toMatchObject({ id: "t2", box: { x: 3, y: 0 } });
    const beneath = addTile(beside, { kind: "table", title: "", kpis: ["nps"], by: [], text: "" });
    expect(beneath.tiles.at(-1)).toMatchObject({ id: "t3", box: { x: 0, y: 4, w: 12 } });
    expect(copyTile(beneath, "t3").tiles.map((one) => one.id)).toEqual(["t1", "t2", "t3", "t4"]);
    expect(lieOver(copyTile(beneath, "t1"))).toBe(false);
    expect(compacted(dropTile(beneath, "t1")).tiles.map((one) => one.id)).toEqual(["t2", "t3"]);
  });

  test("on a wall a row is as high as the screen allows, within what is legible", () => {
    const [low, high] = [[tile("a", 0, 0), tile("b", 0, 16)], [tile("a", 0, 60)]];
    expect(fittingRow(low, 20 * 40 + 19 * 12, 12)).toBe(40);
    expect([fittingRow(high, 900, 12), fittingRow([], 900, 12)]).toEqual([25, 60]);
  });

  test("in reading order", () => {
    expect(inOrder(layout(tile("c", 6, 4), tile("b", 3, 0), tile("a", 0, 0)).tiles).map((one) => one.id)).toEqual(["a", "b", "c"]);
  });

  test("unsaved is what would be saved differently: not an order, not an absent word", () => {
    const [a, b] = start.tiles as [Tile, Tile];
    expect(same(start, { ...start, tiles: [...start.tiles].reverse() })).toBe(true);
    expect(same(layout(a, b), layout({ ...a, period: null, where: "" }, b))).toBe(true);
    expect(same(layout(a, b), layout({ ...a, period: "2026" }, b))).toBe(false);
    expect(same(start, moveTile(start, "a", 1, 0))).toBe(false);
    expect(same(start, moveTile(moveTile(start, "b", 1, 0), "b", -1, 0))).toBe(true);
    expect(same(start, { ...start, name: "Tuesdays" })).toBe(false);
  });
});

describe("drawing", () => {
  test("KPIs of one unit are lines of one chart, others stand apart; a click finds its figure", () => {
    const answer = answerOf(["new_mrr", [1, 2]], ["churn_mrr", [9, 8]]);
    const [chart, ...more] = chartsOf(answer, ["new_mrr", "churn_mrr"], (kpi) => kpi.toUpperCase());
    expect(more).toEqual([]);
    expect(chart?.series.value).toEqual([1, 2, 9, 8]);
    // the line with the most in the last period is drawn first
    expect(chart && picked(chart, "line", { series: 0, index: 1, value: 8 })).toMatchObject({ kpi: "churn_mrr", period: { label: "2026-02" }, by: undefined });
    const apart = { ...answer, kpis: answer.kpis.map((series, place) => ({ ...series, unit: place ? "count" : "money" })) };
    expect(chartsOf(apart, ["new_mrr", "churn_mrr"], String)).toHaveLength(2);
  });

  test("a way is taken away as figures, and as a picture where any of them is known", () => {
    const answer = answerOf(["mrr", [1, null]], ["nps", [null, null]]);
    const [mrr, nps] = ["mrr", "nps"].map((kpi) => trendFrom(answer, ["mrr", "nps"], kpi) as Trend);
    expect([mrr, nps].map((way) => trendDrawings(way as Trend).length)).toEqual([1, 0]);
    expect(linesOf(trendCsv(mrr as Trend)).map((line) => line.slice(0, 5))).toEqual([
      ["kpi", "period", "start", "end", "value"],
      ["mrr", "2026-01", "2026-01-01", "2026-02-01", "1"],
      ["mrr", "2026-02", "2026-02-01", "2026-03-01", ""],
    ]);
    expect([fileName("Größe, 12 months"), fileName("!?")]).toEqual(["größe-12-months", "figures"]);
    expect(["all", "customers", undefined].map(scopeWords)).toEqual([undefined, "customers", undefined]);
  });
});

describe("notes", () => {
  const periods = answerOf(["mrr", [1, 2]]).periods;
  const note = (on: string, kpi: string | null = null, account_id: string | null = null) => ({ on, kpi, account_id, text: on });

  test("a note marks the period its day lies in, of the company or of a KPI that is shown", () => {
    const notes = [note("2026-01-01"), note("2026-01-31", "mrr"), note("2026-02-01", "nps"), note("2026-02-28"), note("2026-03-01"), note("2026-02-02", null, "a1")];
    expect(marksOf(notes, periods, ["mrr"]).map((mark) => [mark.place, mark.notes.map((one) => one.on)])).toEqual([
      [0, ["2026-01-01", "2026-01-31"]],
      [1, ["2026-02-28"]],
    ]);
    expect(daysOf(periods)).toEqual({ since: "2026-01-01", until: "2026-02-28" });
    expect(daysOf([])).toEqual({});
  });
});

describe("the address", () => {
  test("a wall turns around, never faster than can be read", () => {
    expect(after(["a", "b", "c"], "c")).toBe("a");
    expect(after(["a", "b", "c"], "a", -1)).toBe("c");
    expect([secondsOf(undefined), secondsOf("1"), secondsOf("90"), secondsOf("x")]).toEqual([30, 5, 90, 30]);
    expect(readBoard(parseWords("wall=1&every=45&next=a&next=b&edit=yes"))).toEqual({ wall: "1", every: "45", next: ["a", "b"] });
  });

  test("an explanation keeps the conditions of its tile", () => {
    const explain = { kpi: "mrr", period: "2026", where: "tier = 'A' or tier = 'B'", scope: "target" };
    expect(readPage(parseWords(writeWords({ explain }))).explain).toEqual(explain);
  });
});

function answerOf(...series: [string, (number | null)[]][]): Answer {
  const periods = [
    { label: "2026-01", start: "2026-01-01", end: "2026-02-01", partial: false },
    { label: "2026-02", start: "2026-02-01", end: "2026-03-01", partial: false },
  ].slice(0, series[0]?.[1].length);
  const kpis = series.map(([kpi, value]) => ({ kpi, unit: "money", value, n: null, lower: null, upper: null, parts: {}, flags: {}, compare: {} }));
  return { periods, groups: [{ by: {} }], kpis, currency: "EUR", notes: [] } as unknown as Answer;
}
