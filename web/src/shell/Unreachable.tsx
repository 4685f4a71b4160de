// Says when the server does not answer, asks whether it runs again, and then shows everything anew.

import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { asProblem, UNREACHABLE } from "@/api/problem";
import { healthy } from "@/api/session";
import css from "./Unreachable.module.css";

const AGAIN_MS = 2500;

/** Whether the latest word about any question is that the server did not answer. */
function useUnreachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => cache.findAll({ type: "active" }).some((query) => query.state.fetchFailureReason !== null && asProblem(query.state.fetchFailureReason).unreachable),
  );
}

export function Unreachable() {
  const away = useUnreachable();
  const queries = useQueryClient();
  const { data: back } = useQuery({ queryKey: ["health"], queryFn: healthy, enabled: away, refetchInterval: AGAIN_MS, retry: false, gcTime: 0 });
  useEffect(() => {
    if (away && back) void queries.invalidateQueries();
  }, [away, back, queries]);
  if (!away) return null;
  return (
    <div className={css.bar} role="status">
      <IconPlugConnectedX size={16} aria-hidden />
      <b>{UNREACHABLE.title}.</b> {UNREACHABLE.mend}
    </div>
  );
}
