import { expect, test } from "vitest";
import { withBenchmarks } from "@/parts/Benchmarks";
import { type Benchmark, fitting, rangeText, told } from "@/words/benchmarks";

const one = (more: Partial<Benchmark>): Benchmark => ({ value: null, low: null, high: null, source: "Survey", url: null, dated: "2025-06-30", only: {}, ...more });
const LOOK = { unit: "fraction", currency: "EUR" };
const PAINT = { ink: "i", quiet: "q", line: "l", surface: "s", series: [], heat: ["a", "b"] as [string, string] };

test("a benchmark of some accounts is told only where these are shown", () => {
  const all = [one({ value: 1 }), one({ value: 2, only: { tier: "A" } })];
  const values = (filters?: Record<string, string[]>, by: string[] = []) => fitting(all, filters, by).map(({ value }) => value);
  expect(values()).toEqual([1]);
  expect(values({ tier: ["A"] })).toEqual([1, 2]);
  expect(values({ tier: ["A", "B"] })).toEqual([1]);
  expect(values({ tier: ["B"] })).toEqual([1]);
  expect(values(undefined, ["tier"])).toEqual([1, 2]);
});

test("values and ranges are told in the KPI's unit, with whom they are of", () => {
  expect(rangeText(one({ value: 0.2 }), LOOK)).toBe("20.0%");
  expect(rangeText(one({ low: 0.1, high: 0.25 }), LOOK)).toBe("10.0% to 25.0%");
  expect(rangeText(one({ low: 0 }), LOOK)).toMatch(/ or more$/);
  expect(told(one({ high: 0.3, only: { tier: "A" } }), LOOK)).toMatchObject({ about: "tier A, Survey", at: [0.3] });
});

test("lines lie on the axis of values, which reaches them; a heat map has none", () => {
  const all = [told(one({ low: 0.1, high: 0.9 }), LOOK)];
  const over = withBenchmarks({ xAxis: { type: "category" }, yAxis: { type: "value", scale: true }, series: [{ data: [0.3] }] }, all, PAINT) as any;
  expect(over.series).toHaveLength(2);
  expect(over.series[1].markLine.data.map((line: { yAxis: number }) => line.yAxis)).toEqual([0.1, 0.9]);
  expect(over.series[1].markLine.data.map((line: { name: string }) => line.name)).toEqual(["", "Survey: 10.0% to 90.0%"]);
  expect(over.yAxis.min({ min: 0.3 })).toBe(0.1);
  expect(over.yAxis.max({ max: 0.3 })).toBeGreaterThan(0.9);
  expect(over.yAxis.max({ max: 2 })).toBeNull();
  const ranked = withBenchmarks({ xAxis: { type: "value" }, yAxis: { type: "category" }, series: [{}] }, all, PAINT) as any;
  expect(ranked.series[1].markLine.data[0].xAxis).toBe(0.1);
  const heat = { xAxis: { type: "category" }, yAxis: { type: "category" }, series: [{}] };
  expect(withBenchmarks(heat, all, PAINT)).toBe(heat);
});
