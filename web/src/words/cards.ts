// Which cards somebody keeps on the overview: in the address where shared, else as last chosen on this machine, else those the catalog begins with.

import { plainKpi, splitKpis } from "./search";

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

/** KPIs that are in the catalog and those that are not; where none is left all stay, for the error to say what is meant. */
export function parted(asked: readonly string[], kpis: readonly { name: string }[]): { there: readonly string[]; gone: readonly string[] } {
  const known = new Set(kpis.map(({ name }) => name));
  const there = asked.filter((one) => known.has(plainKpi(one)));
  return there.length ? { there, gone: asked.filter((one) => !known.has(plainKpi(one))) } : { there: asked, gone: [] };
}
