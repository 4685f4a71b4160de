// Which cards somebody keeps on the overview: in the address where shared, else as last chosen on this machine, else those the catalog begins with.

import { splitKpis } from "./search";

const PLACE = "accountlens.cards";

export function readCards(storage: Pick<Storage, "getItem">): readonly string[] | undefined {
  try {
    const kept = splitKpis(storage.getItem(PLACE) ?? "");
    return kept.length ? kept : undefined;
  } catch {
    return undefined; // storage may be forbidden
  }
}

export function keepCards(storage: Pick<Storage, "setItem">, cards: readonly string[]): void {
  try {
    storage.setItem(PLACE, cards.join(","));
  } catch {
    // not kept then
  }
}
