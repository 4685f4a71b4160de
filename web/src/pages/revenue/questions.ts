// What the revenue page asks about movements, here and ahead of it.

import { asked, conditions } from "@/shell/filter";
import { REVENUE_DEFAULTS, type RevenueSearch, STEP_GRAINS } from "./search";

export function movementWords(search: RevenueSearch) {
  const filter = asked(search, REVENUE_DEFAULTS);
  return { period: filter.period, grain: STEP_GRAINS.find((one) => one === filter.grain) ?? ("month" as const), where: conditions(filter) };
}
