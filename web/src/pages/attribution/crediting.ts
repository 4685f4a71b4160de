// What credits say together: whether a source pays by every model, whether it opens or closes, where models disagree.

import type { KpiShort } from "@/api/queries";
import type { Attribution, Source } from "@/api/attribution";
import { show } from "@/words/format";
import type { Shows } from "./search";

export const kpiOf = (model: string): string => `attribution_${model}`;
export const roiOf = (model: string): string => `roi(attribution=${model})`;

/** A model as the catalog calls its KPI: `Attribution, first touch` → `First touch`. */
export function modelName(model: string, kpis: readonly KpiShort[]): string {
  const label = kpis.find((kpi) => kpi.name === kpiOf(model))?.label;
  const text = label?.split(", ").at(-1) ?? model.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A campaign by its name; channels and programs by their id, written as words. */
export function sourceName(source: Pick<Source, "id" | "name">): string {
  const text = source.name ?? (source.id.startsWith("(") ? source.id : source.id.replaceAll("_", " "));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The model that counts: the one chosen, if the answer knows it. */
export const modelIn = (told: Attribution, chosen: string): string => (told.models.includes(chosen) ? chosen : (told.models[0] ?? chosen));

export type Verdict = "pays" | "depends" | "loses" | "nothing";

export interface Funded {
  source: Source;
  verdict: Verdict;
  least: number; // return by the model that sees least in it
  most: number;
}

const ORDER: Verdict[] = ["pays", "depends", "loses", "nothing"];

/** What is worth its cost: by every model, by some, by none. Only what has a cost can be judged; the best first. */
export function fundedOf(sources: readonly Source[], models: readonly string[]): Funded[] {
  const judged = sources.flatMap((source): Funded[] => {
    const known = models.map((model) => source.roi[model]).filter((roi): roi is number => typeof roi === "number");
    if (!source.cost || !known.length) return [];
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const verdict = most <= -1 ? "nothing" : least >= 0 ? "pays" : most < 0 ? "loses" : "depends";
    return [{ source, verdict, least, most }];
  });
  return judged.sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || b.least - a.least || b.most - a.most);
}

/** Those that brought something, but whose cost nobody told. */
export const uncosted = (sources: readonly Source[]): Source[] => sources.filter((one) => !one.cost && (one.most ?? 0) > 0);

export type Part = "opens" | "closes" | "between" | "";

const CLEARLY = 1.3; // times

/** Whether a source stands first more than last, last more than first, or between. */
export function partOf({ share }: Pick<Source, "share">): Part {
  const { first, last, linear } = share;
  if (typeof first !== "number" || typeof last !== "number") return "";
  if (first > last * CLEARLY) return "opens";
  if (last > first * CLEARLY) return "closes";
  return typeof linear === "number" && linear > Math.max(first, last) * CLEARLY ? "between" : "";
}

export interface Dispute {
  source: Source;
  low: string; // the model that gives it least
  high: string;
  part: Part;
}

/** Where models disagree most, by share of all credit. */
export function disputesOf(sources: readonly Source[], models: readonly string[], most: number): Dispute[] {
  const spread = ({ least, most }: Source) => (least === null || most === null ? 0 : most - least);
  return [...sources]
    .filter((source) => spread(source) > 0)
    .sort((a, b) => spread(b) - spread(a))
    .slice(0, most)
    .map((source) => {
      const known = models.filter((model) => typeof source.share[model] === "number").sort((a, b) => (source.share[a] as number) - (source.share[b] as number));
      return { source, low: known[0] as string, high: known.at(-1) as string, part: partOf(source) };
    });
}

/** What a cell of the table shows. */
export const shownOf = (source: Source, model: string, shows: Shows): number | null => source[shows === "share" ? "share" : shows === "credit" ? "credit" : "roi"][model] ?? null;

export function shownText(value: number | null, shows: Shows, currency: string): string {
  if (shows === "credit") return show(value, { unit: "money", currency }, true);
  const text = show(value, { unit: "fraction" });
  return shows === "roi" && value !== null && value > 0 ? `+${text}` : text;
}

/** By a column: its name, cost, or a model; unknown last either way. */
export function sorted(sources: readonly Source[], sort: string, shows: Shows): Source[] {
  const key = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  if (key === "name") return [...sources].sort((a, b) => sign * sourceName(a).localeCompare(sourceName(b)));
  const value = (source: Source) => (key === "cost" ? source.cost : key === "range" ? (source.most === null || source.least === null ? null : source.most - source.least) : shownOf(source, key, shows));
  return [...sources].sort((one, two) => {
    const [a, b] = [value(one), value(two)];
    return a === null || b === null ? Number(a === null) - Number(b === null) : sign * (a - b);
  });
}
