// The row of an explanation, as the figure that other parts show.

import type { Explanation } from "@/api/queries";
import type { Figure } from "@/words/answer";

type Row = {
  value: number | null;
  n?: number | null;
  lower?: number | null;
  upper?: number | null;
  period_start: string;
  period_end: string;
  flags?: string[];
  compare?: Record<string, { value: number | null; change: number | null }>;
};

export function figureOf(explanation: Explanation): Figure {
  const row = explanation.row as unknown as Row;
  const flags = row.flags ?? [];
  return {
    kpi: explanation.kpi,
    unit: explanation.unit,
    currency: explanation.currency,
    period: { label: explanation.period, start: row.period_start, end: row.period_end, partial: flags.includes("partial_period") },
    value: row.value,
    n: row.n ?? null,
    lower: row.lower ?? null,
    upper: row.upper ?? null,
    flags: flags.filter((flag) => flag !== "total"),
    compare: row.compare ?? {},
  };
}
