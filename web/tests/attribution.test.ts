import { describe, expect, it } from "vitest";
import type { Attribution, Source } from "@/api/attribution";
import type { KpiShort } from "@/api/queries";
import { disputesOf, fundedOf, modelIn, modelName, partOf, shownText, sorted, sourceName, uncosted } from "@/pages/attribution/crediting";
import { drawShares, partsOf } from "@/pages/attribution/draw";
import { readAttribution } from "@/pages/attribution/search";

const MODELS = ["first", "last", "linear"];
const source = (id: string, share: (number | null)[], more: Partial<Source> = {}): Source => {
  const told = Object.fromEntries(MODELS.map((model, index) => [model, share[index] ?? null]));
  const known = share.filter((one): one is number => one !== null);
  return { id, name: null, share: told, credit: told, roi: {}, cost: null, least: known.length ? Math.min(...known) : null, most: known.length ? Math.max(...known) : null, ...more };
};
const roi = (first: number | null, last: number | null, linear: number | null) => ({ first, last, linear });

describe("what to fund", () => {
  const sources = [
    source("loses", [0.1, 0.1, 0.1], { cost: 10, roi: roi(-0.5, -0.1, -0.2) }),
    source("depends", [0.1, 0.1, 0.1], { cost: 10, roi: roi(-0.5, 2, 0.4) }),
    source("pays", [0.1, 0.1, 0.1], { cost: 10, roi: roi(0, 3, null) }),
    source("pays_more", [0.1, 0.1, 0.1], { cost: 10, roi: roi(1, 1, 1) }),
    source("nothing", [null, null, null], { cost: 10, roi: roi(-1, -1, -1) }),
    source("free", [0.3, 0.3, 0.3]),
    source("idle", [null, null, null]),
  ];
  it("is what pays by every model, then by some, then by none; what has no cost is not judged", () => {
    expect(fundedOf(sources, MODELS).map((one) => [one.source.id, one.verdict])).toEqual([["pays_more", "pays"], ["pays", "pays"], ["depends", "depends"], ["loses", "loses"], ["nothing", "nothing"]]);
    expect(uncosted(sources).map((one) => one.id)).toEqual(["free"]);
  });
});

describe("where models disagree", () => {
  const webinar = source("webinar", [0.05, 0.3, 0.2]);
  const search = source("paid_search", [0.4, 0.2, 0.3]);
  const content = source("content", [0.1, 0.1, 0.2]);
  it("the widest comes first, with the models at its ends", () => {
    const disputes = disputesOf([search, content, webinar, source("same", [0.1, 0.1, 0.1])], MODELS, 9);
    expect(disputes.map((one) => [one.source.id, one.low, one.high])).toEqual([["webinar", "first", "last"], ["paid_search", "last", "first"], ["content", "first", "linear"]]);
    expect(disputesOf([search, webinar], MODELS, 1)).toHaveLength(1);
  });
  it("tells who opens, who closes, who stands between", () => {
    expect([webinar, search, content, source("even", [0.1, 0.11, 0.1]), source("unknown", [null, 0.1, 0.1])].map(partOf)).toEqual(["closes", "opens", "between", "", ""]);
  });
});

describe("words", () => {
  const kpis = [{ name: "attribution_first", label: "Attribution, first touch" }] as KpiShort[];
  it("models are called as the catalog calls them, campaigns by name, channels by their id as words", () => {
    expect(modelName("first", kpis)).toBe("First touch");
    expect(modelName("my_own", kpis)).toBe("My own");
    expect(sourceName({ id: "paid_search", name: null })).toBe("Paid search");
    expect(sourceName({ id: "K1", name: "Spring_Sale" })).toBe("Spring_Sale");
  });
  it("a return has its sign, what is unknown none", () => {
    expect(shownText(1.5, "roi", "EUR")).toBe("+150.0%");
    expect(shownText(-0.4, "roi", "EUR")).toBe("−40.0%");
    expect(shownText(null, "roi", "EUR")).toBe("–");
    expect(shownText(0.25, "share", "EUR")).toBe("25.0%");
  });
  it("the model that counts is one the answer has", () => {
    expect(modelIn({ models: MODELS } as Attribution, "last")).toBe("last");
    expect(modelIn({ models: MODELS } as Attribution, "markov")).toBe("first");
  });
});

describe("order and shares", () => {
  const sources = [source("b", [0.2, 0.5, 0.1]), source("a", [0.8, 0.5, 0.1], { cost: 5 }), source("c", [null, null, null], { cost: 9 })];
  it("by any column, what is unknown last either way", () => {
    const ids = (sort: string) => sorted(sources, sort, "share").map((one) => one.id);
    expect(ids("-first")).toEqual(["a", "b", "c"]);
    expect(ids("first")).toEqual(["b", "a", "c"]);
    expect(ids("-cost")).toEqual(["c", "a", "b"]);
    expect(ids("name")).toEqual(["a", "b", "c"]);
    expect(ids("-range")).toEqual(["a", "b", "c"]);
  });
  it("drawn, those that are not shown by name are together what is left", () => {
    const many = Array.from({ length: 9 }, (_, index) => source(`s${index}`, [index / 36, index / 36, index / 36]));
    const told = { models: MODELS, sources: many } as unknown as Attribution;
    expect(partsOf(told, "first").map((one) => one.id)).toEqual(["s8", "s7", "s6", "s5", "s4", "s3", "s2"]);
    const option = drawShares(told, "first", (model) => model, { series: [] } as never) as { series: { name: string; data: number[] }[] };
    expect(option.series.at(-1)?.name).toBe("All others");
    expect(option.series.reduce((sum, one) => sum + (one.data[0] ?? 0), 0)).toBeCloseTo(1);
  });
});

describe("the address", () => {
  it("keeps what has the credit, the model, what is shown and the order", () => {
    expect(readAttribution({ by: "program", model: "last", show: "roi", sort: "-cost" })).toEqual({ by: "program", model: "last", show: "roi", sort: "-cost" });
    expect(readAttribution({ by: "weather", show: "all" })).toEqual({});
  });
});
