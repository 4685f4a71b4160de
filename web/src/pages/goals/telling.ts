// Goals in words: what is known of them, what is missing and which KPIs it would add.

import type { Aim, GoalShort, Lack, Serving } from "@/api/goals";
import type { Tone } from "@/parts/Tag";
import { periodName } from "@/words/periods";

export const REVIEWS: Record<GoalShort["review"], string> = { weekly: "Reviewed weekly", monthly: "Reviewed monthly", quarterly: "Reviewed quarterly", annual: "Reviewed once a year" };

export const HALVES: Record<Serving["role"], { title: string; note: string }> = {
  leading: { title: "Leading", note: "What moves first: act on these." },
  lagging: { title: "Lagging", note: "What came of it: these tell whether it worked." },
};

type Counts = Pick<GoalShort, "kpis" | "known">;

export const knownText = ({ kpis, known }: Counts): string => (known === kpis ? `Data for all ${kpis} KPIs` : known ? `Data for ${known} of ${kpis} KPIs` : "No data yet");

export const knownTone = ({ kpis, known }: Counts): Tone | undefined => (known === kpis ? undefined : "warn");

export interface Missing extends Lack {
  adds: string[]; // labels of the KPIs that need it
}

/** What the KPIs of a goal lack, each entity once, those that most KPIs need first. */
export function missingOf(serving: readonly Serving[]): Missing[] {
  const found = new Map<string, Missing>();
  for (const one of serving)
    for (const lack of one.lacks) {
      const before = found.get(lack.entity);
      found.set(lack.entity, { ...lack, adds: [...(before?.adds ?? []), one.label] });
    }
  return [...found.values()].sort((a, b) => b.adds.length - a.adds.length);
}

/** `Q4 2026`: without a period asked, targets of a goal are for a quarter. */
export const quarterName = (label: string): string => periodName({ label, start: "", end: "", partial: false });

/** The targets that are still to be filled in. */
export const openAims = (aims: readonly Aim[]): number => aims.filter((one) => one.amount === null).length;

export const listed = (words: readonly string[], last = "and"): string => (words.length > 1 ? `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}` : (words[0] ?? ""));
