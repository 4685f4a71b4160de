import { describe, expect, it } from "vitest";
import { counted, exact, show, showChange, showInterval, signedValue, UNKNOWN } from "@/words/format";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
const en = { locale: "en-US" };
const de = { locale: "de-DE" };

describe("a number looks by its unit and the reader's locale", () => {
  it("shows what is unknown as a dash, never as zero", () => {
    for (const value of [null, undefined, Number.NaN]) expect(show(value, { unit: "fraction" })).toBe(UNKNOWN);
    expect(show(0, { unit: "fraction", ...en })).toBe("0.0%");
  });

  it("shows fractions in percent, in the locale's way", () => {
    expect(show(0.2735, { unit: "fraction", ...en })).toBe("27.4%");
    expect(plain(show(0.2735, { unit: "fraction", ...de }))).toBe("27,4 %");
    expect(show(0.00042, { unit: "fraction", ...en })).toBe("0.042%");
    expect(show(12.5, { unit: "fraction", ...en })).toBe("1,250%");
  });

  it("shows money compactly on cards and exactly on hover", () => {
    const euro = { unit: "money", currency: "EUR", ...en };
    expect(show(1_711_706.74, euro, true)).toBe("€1.71M");
    expect(show(1_711_706.74, euro)).toBe("€1,711,707");
    expect(exact(1_711_706.74, euro)).toBe("€1,711,706.74");
    expect(show(12.5, euro)).toBe("€12.50");
    expect(plain(show(1_711_706.74, { unit: "money", currency: "EUR", ...de }))).toBe("1.711.707 €");
    expect(show(4200, { unit: "money_per_day", currency: "EUR", ...en }, true)).toBe("€4.20K/day");
  });

  it("takes a currency that is no code as it is called", () => {
    expect(show(1200, { unit: "money", currency: "points", ...en })).toBe("1,200 points");
  });

  it("names days, hours, minutes and months", () => {
    expect(show(12.34, { unit: "days", ...en })).toBe("12.3 days");
    expect(show(1, { unit: "days", ...en })).toBe("1 day");
    expect(show(2.5, { unit: "hours", ...en })).toBe("2.5 hr");
    expect(show(84, { unit: "minutes", ...en })).toBe("84 min");
    expect(show(4_320, { unit: "minutes", ...en })).toBe("3 days");
    expect(show(36.5, { unit: "hours", ...en })).toBe("36.5 hr");
    expect(show(0.5, { unit: "hours", ...en })).toBe("30 min");
    expect(exact(4_320, { unit: "minutes", ...en })).toBe("4,320 min");
    expect(plain(show(12, { unit: "months", ...de }))).toBe("12 Monate");
  });

  it("shows counts whole and large ones compactly on cards", () => {
    expect(show(243, { unit: "count", ...en })).toBe("243");
    expect(show(12_345, { unit: "count", ...en })).toBe("12,345");
    expect(show(12_345, { unit: "count", ...en }, true)).toBe("12.3K");
    expect(counted(1, "row")).toBe("1 row");
    expect(counted(1200, "row", "rows", "en-US")).toBe("1,200 rows");
  });
});

describe("a change", () => {
  it("is told in percentage points for shares, in percent of what was for the rest", () => {
    expect(showChange(-0.0247, 0.32, { unit: "fraction", ...en })).toBe("−2.5 pp");
    expect(showChange(124_488, 1_587_218, { unit: "money", currency: "EUR", ...en })).toBe("+7.8%");
    expect(showChange(3.2, 40, { unit: "points", ...en })).toBe("+3.2 pts");
    expect(showChange(0.25, 2, { unit: "ratio", ...en })).toBe("+0.25");
  });

  it("is told in its unit where there was nothing before", () => {
    expect(showChange(5000, 0, { unit: "money", currency: "EUR", ...en })).toBe("+€5.00K");
    expect(showChange(null, 3, { unit: "count" })).toBe("");
    expect(signedValue(-3, { unit: "count", ...en })).toBe("−3");
  });

  it("that is small is told by one digit that counts, and what computing leaves behind is nothing", () => {
    expect([0.0004, -0.0004, 1e-12].map((change) => showChange(change, 0.3, { unit: "fraction", ...en }))).toEqual(["+0.04 pp", "−0.04 pp", "0.0 pp"]);
    expect(showChange(-2, 9000, { unit: "count", ...en })).toBe("−0.02%");
    expect([0.03, -0.004].map((change) => signedValue(change, { unit: "points", ...en }))).toEqual(["+0.03", "−0.004"]);
    expect(show(-1e-9, { unit: "points", ...en })).toBe("0.0");
  });

  it("has the same minus in every language and unit", () => {
    for (const locale of ["en-US", "de-DE", "fr-FR", "ja-JP", "sv-SE"])
      for (const unit of ["money", "fraction", "points", "ratio", "days", "count"]) expect(show(-12.5, { unit, currency: "EUR", locale })).toMatch(/^[^-]*−[^-]*$/);
  });
});

it("an interval is told in the unit of its value", () => {
  expect(showInterval(0.236, 0.363, { unit: "fraction", ...en })).toBe("23.6% – 36.3%");
  expect(showInterval(null, 0.363, { unit: "fraction", ...en })).toBe("");
});
