// Which cards somebody keeps on the overview: in the address where shared, else as last chosen on this machine.

import { splitKpis } from "./search";

export const USUAL_CARDS: readonly string[] = [
  "sales_revenue",
  "win_rate",
  "pipeline_value_open",
  "mrr",
  "nrr",
  "engaged_accounts",
  "health_score",
  "nps",
];

const PLACE = "accountlens.cards";

export function readCards(storage: Pick<Storage, "getItem">): readonly string[] {
  try {
    const kept = splitKpis(storage.getItem(PLACE) ?? "");
    return kept.length ? kept : USUAL_CARDS;
  } catch {
    return USUAL_CARDS; // storage may be forbidden
  }
}

export function keepCards(storage: Pick<Storage, "setItem">, cards: readonly string[]): void {
  try {
    storage.setItem(PLACE, cards.join(","));
  } catch {
    // not kept then
  }
}
