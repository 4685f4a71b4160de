// What the page asks: each score as a whole, over time, by group; how often each mark was given; by which accounts.

import { answerOf } from "@/api/queries";
import { type Asked, circumstances } from "@/shell/filter";
import { SCORES, type ScoreName, SURVEYS } from "./search";

const DETRACTOR_SPAN = "last-90-days"; // longer than an answer waits before it is given up

export const wholeOf = (filter: Asked) => answerOf({ kpis: SCORES, period: filter.period, grain: "total", ...circumstances(filter) });

export const courseOf = (filter: Asked) => {
  const grain = filter.grain && filter.grain !== "total" ? filter.grain : "quarter";
  return answerOf({ kpis: SCORES, period: filter.period, grain, ...circumstances(filter), compare: [] });
};

export const groupsOf = (score: ScoreName, by: string, filter: Asked) =>
  answerOf({ kpis: [score], by: [by], period: filter.period, grain: "total", ...circumstances(filter) });

export const marksOf = (filter: Asked) => answerOf({ kpis: ["nps"], by: ["score"], period: filter.period, grain: "total", ...circumstances(filter), compare: [] });

/** The accounts that answered under the page's conditions; for comments, which the API tells of all accounts. */
export const answeringOf = (filter: Asked) => answerOf({ kpis: SURVEYS, by: ["account_id"], period: filter.period, grain: "total", ...circumstances(filter), compare: [] });

export const lately = (filter: Asked): Asked => ({ ...filter, period: DETRACTOR_SPAN });

export const isNarrowed = (filter: Asked): boolean => filter.scope !== "all" || circumstances(filter).where !== undefined;
