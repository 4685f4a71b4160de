// What the ask bar understood: as the state of the explore page, in words, and said otherwise.

import type { Reading } from "@/api/queries";
import { type Grain, periodLabel } from "./periods";
import type { Explorable } from "./search";

/** A question as the API reads it out of a sentence. */
export interface ReadQuestion {
  kpis: string[];
  by?: string[];
  period?: string;
  grain?: string;
  where?: string;
  scope?: string;
  compare?: string[];
  top?: number;
  top_by?: "value" | "change";
  lowest?: boolean;
}

/** The address of the answer: values kept become filters, what is left out stays a condition. */
export function exploreOf(question: ReadQuestion, reading: Pick<Reading, "text" | "filters" | "without">): Explorable {
  const compare = question.compare?.[0];
  return {
    kpis: question.kpis,
    by: question.by,
    period: question.period,
    grain: question.grain as Grain | undefined,
    scope: question.scope,
    compare: compare === "previous" || compare === "year-ago" ? compare : undefined,
    filters: Object.keys(reading.filters).length ? reading.filters : undefined,
    where: reading.without || undefined,
    top: question.top,
    lowest: question.lowest || undefined,
    sentence: reading.text,
  };
}

const OFFERED = 4;

/** The sentence with other words where some were not understood, or may mean something else; those not understood first. */
export function otherwise(reading: Pick<Reading, "text" | "understood" | "unknown">): { text: string; instead: string }[] {
  const doubtful = [...reading.unknown, ...reading.understood.filter((part) => part.kind === "kpi")];
  return doubtful
    .flatMap((part) =>
      part.other.map((one) => ({ text: reading.text.slice(0, part.start) + one.label + reading.text.slice(part.end), instead: part.words })),
    )
    .slice(0, OFFERED);
}

/** How a part of the sentence was taken, in words. */
export function partWords(part: { kind: string; label: string; value: string }): string {
  if (part.kind === "period") return periodLabel(part.value);
  if (part.kind === "by") return `by ${part.label.toLowerCase()}`;
  if (part.kind === "grain") return `by ${part.value}`;
  if (part.kind === "compare" && part.value === "target") return "against the target";
  if (part.kind === "compare") return part.value === "year-ago" ? "against a year before" : "against the period before";
  if (part.kind === "scope") return part.label.replace("_", " ");
  if (part.kind === "where") return narrowed(part);
  return part.label;
}

/** `tier A`, `country not Germany`; accounts by their name alone. */
function narrowed({ label, value }: { label: string; value: string }): string {
  const dimension = value.split(" ", 1)[0] ?? "";
  return dimension === "account_id" ? label : `${dimension.replace(/_id$/, "").replaceAll("_", " ")} ${label}`;
}
