// The explore page's question, and how its answer is best drawn where nobody chose.

import type { Question } from "@/api/queries";
import type { ChartKind } from "@/parts/draw";
import { asked, circumstances } from "@/shell/filter";
import { type Answer, TARGET } from "@/words/answer";
import type { ExploreSearch } from "./search";

export const EXPLORE_DEFAULTS = { period: "last-12-months" } as const;
const MANY_GROUPS = 12;

export function exploreQuestion(search: ExploreSearch): Question {
  const filter = asked(search, EXPLORE_DEFAULTS);
  const grain = filter.grain ?? (search.by?.length ? "total" : "month");
  const stands = circumstances(filter);
  return { kpis: search.kpis ?? [], by: search.by ?? [], period: filter.period, grain, top: search.top, lowest: search.lowest, ...stands, compare: [...stands.compare, TARGET] };
}

export function bestChart(answer: Answer): ChartKind {
  const groups = answer.groups.filter((group) => !group.flag).length;
  if (answer.periods.length > 1) return groups > MANY_GROUPS ? "heat" : "line";
  const dimensions = Object.keys(answer.groups[0]?.by ?? {}).length;
  if (groups === 0) return "none";
  return dimensions === 2 ? "heat" : "bar";
}
