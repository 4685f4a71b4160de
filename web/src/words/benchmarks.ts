// Figures from elsewhere: which of them are about what is shown, and how they are told.

import type { components } from "@/api/schema";
import { type Look, show } from "./format";

export type Benchmark = components["schemas"]["Benchmark"];

export interface Told {
  about: string; // whom it is of, where not of all; its source
  text: string; // the value or the range
  at: number[]; // where its lines are drawn
  one: Benchmark;
}

/** Those of all accounts, those of just the accounts that are kept, and those of groups that are told apart. */
export function fitting(all: readonly Benchmark[], filters: Record<string, string[]> | undefined, by: readonly string[]): Benchmark[] {
  const kept = (name: string, value: string) => filters?.[name]?.length === 1 && filters[name]?.[0] === value;
  return all.filter((one) => Object.entries(one.only ?? {}).every(([name, value]) => by.includes(name) || kept(name, value)));
}

export function rangeText({ value, low, high }: Benchmark, look: Look): string {
  const text = (figure: number) => show(figure, look, true);
  if (typeof value === "number") return text(value);
  if (typeof low === "number" && typeof high === "number") return `${text(low)} to ${text(high)}`;
  return typeof low === "number" ? `${text(low)} or more` : `up to ${text(high as number)}`;
}

export const told = (one: Benchmark, look: Look): Told => ({
  about: [...Object.entries(one.only ?? {}).map(([name, value]) => `${name.replace(/_id$/, "").replaceAll("_", " ")} ${value}`), one.source].join(", "),
  text: rangeText(one, look),
  at: [one.value, one.low, one.high].filter((figure): figure is number => typeof figure === "number"),
  one,
});
