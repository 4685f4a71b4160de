// Reviews in words: cadences and audiences, verdicts, cells of its tables; which of them are found.

import type { Audience, Cadence, Frozen, KnownNow, Restated, Review, ReviewFigure } from "@/api/reviews";
import type { Meaning } from "@/words/change";
import { numberText, show, signed, signedValue, UNKNOWN } from "@/words/format";
import type { ReviewsSearch } from "./search";

export const CADENCE_WORDS: Record<Cadence, string> = { weekly: "Weekly", monthly: "Monthly", quarterly: "Quarterly", annual: "Annual" };

export const AUDIENCE_WORDS: Record<Audience, string> = {
  company: "The whole company",
  team: "A team",
  owner: "An account manager",
  tier: "A tier",
  segment: "A segment",
  account: "A customer",
};

const VERDICTS: Record<ReviewFigure["verdict"], string> = {
  beyond: "more than chance",
  within: "within chance",
  unusual: "unusual",
  usual: "usual",
  same: "no change",
  untold: "",
};

export const verdictOf = (figure: ReviewFigure): string => VERDICTS[figure.verdict];

/** Good or bad only where the change is more than noise. */
export function moodOf(figure: ReviewFigure): Meaning {
  if (figure.better === null || !["beyond", "unusual"].includes(figure.verdict)) return "neutral";
  return figure.better ? "good" : "bad";
}

/** A difference in the unit itself, every digit that is shown: `+159,081 €`, `−4.1 pp`. */
export function difference(value: number | null, unit: string, currency: string): string {
  if (value === null) return UNKNOWN;
  if (value === 0) return "0";
  const size = unit === "fraction" ? `${show(Math.abs(value) * 100, { unit: "points" })} pp` : show(Math.abs(value), { unit, currency });
  return signed(value, size);
}

/** A cell of a table by the unit of its column. */
export function cellText(value: string | number | null, unit: string, currency: string): string {
  if (value === null) return UNKNOWN;
  if (typeof value === "string") return value;
  if (unit.startsWith("change:")) return difference(value, unit.slice("change:".length), currency);
  return unit === "number" ? numberText(value, { maximumSignificantDigits: 6 }) : show(value, { unit, currency });
}

export const isNumber = (unit: string): boolean => unit !== "text";

export const written = (kind: Audience, subject: string | undefined): string => (kind === "company" ? kind : `${kind}:${subject ?? ""}`);

/** `team:Sales` as its two parts. */
export function parted(audience: string): [Audience, string | undefined] {
  const [kind = "company", ...rest] = audience.split(":");
  return [kind as Audience, rest.length ? rest.join(":") : undefined];
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The frozen reviews that a search leaves. */
export function foundOf(frozen: readonly Frozen[], search: ReviewsSearch): Frozen[] {
  const words = search.find?.toLowerCase() ?? "";
  return frozen.filter(
    (one) =>
      (!search.cadence || one.cadence === search.cadence) &&
      (!search.audience || one.audience === search.audience) &&
      `${one.name} ${one.headline} ${one.frozen_by ?? ""}`.toLowerCase().includes(words),
  );
}

/** What is another by now, by the KPI as asked. */
export const restatedOf = (known: KnownNow | undefined): Map<string, Restated> => new Map(known?.figures.filter((one) => !one.same).map((one) => [one.kpi, one]));

/** All figures of a review, each once. */
export function figuresOf(review: Review): ReviewFigure[] {
  const found = new Map(review.sections.flatMap((part) => part.figures ?? []).map((one) => [one.asked.kpi, one]));
  return [...found.values()];
}

/** Those at its head. */
export const leadingOf = (review: Review): ReviewFigure[] =>
  (review.leading ?? []).map((kpi) => figuresOf(review).find((one) => one.asked.kpi === kpi)).filter((one) => one !== undefined).slice(0, 5);

/** A change on a card, short. */
export const shortChange = (figure: ReviewFigure, currency: string): string =>
  figure.change === null ? "" : figure.unit === "fraction" ? difference(figure.change, figure.unit, currency) : signedValue(figure.change, { unit: figure.unit, currency });
