// What the chosen KPIs can be split by together: the dimensions all of them share.

import { useQueries } from "@tanstack/react-query";
import { definition } from "@/api/queries";
import { plainKpi } from "@/words/search";

const FIRST = ["tier", "segment", "industry", "region", "country", "owner_id", "account_id"];

export function useDimensions(kpis: readonly string[], chosen: readonly string[]): string[] {
  const found = useQueries({ queries: kpis.map((kpi) => definition(plainKpi(kpi))) });
  const lists = found.map((one) => one.data?.dimensions).filter((list): list is string[] => list !== undefined);
  const shared = (lists[0] ?? []).filter((name) => lists.every((list) => list.includes(name)));
  const known = FIRST.filter((name) => shared.includes(name));
  const rest = shared.filter((name) => !known.includes(name)).sort();
  return [...new Set([...known, ...rest, ...chosen])];
}
