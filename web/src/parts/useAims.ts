// The targets that stand beside figures of a period: those of exactly its days, of the accounts the figures are of.

import { useQuery } from "@tanstack/react-query";
import { targetsOf } from "@/api/targets";
import type { Period } from "@/words/answer";
import { isSpan, scopeOf, type Target, targetFor } from "@/words/pace";
import { periodAsked } from "@/words/periods";

export type Aims = (kpi: string) => Target | undefined;

const NOTHING: Period = { label: "", start: "", end: "", partial: false };

export function useAims(stands: { where?: string; scope?: string }, period: Period = NOTHING): Aims {
  const scope = scopeOf(stands);
  const asked = scope !== undefined && isSpan(period);
  const { data } = useQuery({ ...targetsOf(asked ? { scope, period: periodAsked(period) } : {}), enabled: asked, retry: false, placeholderData: undefined });
  return (kpi) => (asked && data ? targetFor(data.targets, kpi, period) : undefined);
}
