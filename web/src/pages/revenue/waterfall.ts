// Recurring revenue from opening to closing as bars that hang in the air, on an axis that starts where they do.

import type { Movement, Movements, Step } from "@/api/journeys";

export const MOVED = ["new", "reactivation", "expansion", "contraction", "churn", "fx", "regrouped"] as const;
export type Moved = (typeof MOVED)[number];
export type BarName = Moved | "opening" | "closing";

export const LABELS: Record<BarName, string> = {
  opening: "Opening",
  new: "New",
  reactivation: "Reactivation",
  expansion: "Expansion",
  contraction: "Contraction",
  churn: "Churn",
  fx: "Exchange rates",
  regrouped: "Regrouped",
  closing: "Closing",
};

/** The KPI that tells a movement; exchange rates stand in the parts of `net_new_mrr`, what was regrouped in none. */
export const KPI_OF: Partial<Record<BarName, string>> = {
  opening: "mrr",
  new: "new_mrr",
  reactivation: "reactivation_mrr",
  expansion: "expansion_mrr",
  contraction: "contraction_mrr",
  churn: "churn_mrr",
  fx: "net_new_mrr",
  closing: "mrr",
};

/** Movements that are always there; the others only where they are not zero. */
const ALWAYS: readonly Moved[] = ["new", "reactivation", "expansion", "contraction", "churn"];

export interface Bar {
  name: BarName;
  amount: number;
  low: number;
  high: number;
  kind: "level" | "up" | "down";
}

/** All steps as one: the first opening, the sums of all movements, the last closing. */
export function wholeOf(steps: readonly Step[]): Step | undefined {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last) return undefined;
  const sums = Object.fromEntries(MOVED.map((name) => [name, steps.reduce((sum, step) => sum + step[name], 0)])) as Record<Moved, number>;
  return { ...last, ...sums, label: "", start: first.start, opening: first.opening };
}

export const movedIn = (step: Step): Moved[] => MOVED.filter((name) => ALWAYS.includes(name) || step[name] !== 0);

export function barsOf(step: Step): Bar[] {
  let level = step.opening;
  const moved = movedIn(step).map((name): Bar => {
    const before = level;
    level += step[name];
    return { name, amount: step[name], low: Math.min(before, level), high: Math.max(before, level), kind: step[name] < 0 ? "down" : "up" };
  });
  const end = (name: "opening" | "closing"): Bar => ({ name, amount: step[name], low: Math.min(0, step[name]), high: Math.max(0, step[name]), kind: "level" });
  return [end("opening"), ...moved, end("closing")];
}

/** Nobody paid at either end, and nothing moved between: there is nothing to draw. */
export const isFlat = (bars: readonly Bar[]): boolean => bars.every((bar) => bar.amount === 0);

const ROOM = 0.3; // of the movements' span, left below the lowest so that the ends are seen as bars
const WIDE = 0.5; // movements that span so much of the highest bar can be seen from zero

/** Where the axis starts: at zero where movements can be seen from there, else at a round number below all of them. */
export function floorOf(bars: readonly Bar[]): number {
  const levels = bars.flatMap((bar) => (bar.kind === "level" ? [bar.amount] : [bar.low, bar.high]));
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const span = high - low;
  if (low <= 0 || span >= WIDE * high) return 0;
  const wanted = low - ROOM * (span || high);
  const step = 10 ** Math.floor(Math.log10(span || high));
  return Math.max(0, Math.floor(wanted / step) * step);
}

/** The movement whose accounts are listed: the one chosen, else what was lost most, else the first that moved anything. */
export function shownMovement(movements: Movements, chosen: string | undefined): Movement | undefined {
  const some = movements.movements.filter((one) => one.accounts > 0);
  const lost = some.filter((one) => one.amount < 0 && one.movement !== "fx").sort((a, b) => a.amount - b.amount);
  return movements.movements.find((one) => one.movement === chosen) ?? lost[0] ?? some[0];
}

export const dayBefore = (day: string): string => new Date(new Date(`${day}T00:00:00Z`).getTime() - 86_400_000).toISOString().slice(0, 10);
