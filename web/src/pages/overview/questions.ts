// What the overview asks: every card's figure at once, then their trends.

import { answerOf } from "@/api/queries";
import { type Asked, asked, circumstances } from "@/shell/filter";
import type { Period } from "@/words/answer";
import { readCards } from "@/words/cards";
import { trendOf } from "@/words/periods";
import type { OverviewSearch } from "./search";

/** Absent where nobody chose any: then they are those the catalog begins with. */
export const chosenCards = (search: OverviewSearch): readonly string[] | undefined => search.cards ?? readCards(window.localStorage);

export const figuresOf = (cards: readonly string[], filter: Asked) =>
  answerOf({ kpis: cards, period: filter.period, grain: "total", ...circumstances(filter) });

export const trendsOf = (cards: readonly string[], filter: Asked, period: Period) => {
  const usual = trendOf(period);
  const grain = filter.grain && filter.grain !== "total" ? filter.grain : usual.grain;
  return answerOf({ kpis: cards, period: usual.period, grain, ...circumstances(filter), compare: [] });
};

export const questionsOf = (search: OverviewSearch, usual: readonly string[]) => figuresOf(chosenCards(search) ?? usual, asked(search));
