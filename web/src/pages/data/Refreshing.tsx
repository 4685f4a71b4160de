// A refresh begun here: how far it is, and what came of it. Figures stay those of before until it has ended.

import { Button, Progress } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type Refresh, refresh, refreshing } from "@/api/data";
import { asProblem } from "@/api/problem";
import { counted } from "@/words/format";
import { agoText } from "@/words/periods";
import css from "./Data.module.css";

export function Refreshing({ may }: { may: boolean }) {
  const queries = useQueryClient();
  const { data } = useQuery(refreshing);
  const before = useRef<string>(undefined);
  const begin = useMutation({
    mutationFn: refresh,
    onSettled: () => queries.invalidateQueries({ queryKey: refreshing.queryKey }),
  });
  const state = data?.state;
  useEffect(() => {
    if (before.current === "running" && state !== "running") void queries.invalidateQueries(); // all figures may be others now
    before.current = state;
  }, [state, queries]);
  if (!data) return null;
  const runs = data.state === "running";
  return (
    <div className={css.refreshing}>
      <div role="status" className={css.refreshState} data-state={data.state}>
        {runs && <Progress size="sm" aria-label="Progress of the refresh" value={data.total ? (100 * data.done) / data.total : 100} animated={!data.total} w={140} />}
        <span>{begin.error ? refusedText(begin.error) : refreshText(data, new Date())}</span>
      </div>
      {may && (
        <Button variant="default" leftSection={<IconRefresh size={15} aria-hidden />} loading={begin.isPending} disabled={runs} onClick={() => begin.mutate()}>
          Refresh now
        </Button>
      )}
    </div>
  );
}

function refusedText(error: unknown): string {
  const { detail, title, mend } = asProblem(error);
  return [detail ?? title, mend].filter(Boolean).join(" ");
}

export function refreshText(told: Refresh, now: Date): string {
  switch (told.state) {
    case "running":
      return `${told.doing}${told.total ? ` ${told.done} of ${told.total}` : ""}, begun by ${told.by} ${agoText(told.started_at as string, now)}`;
    case "done":
      return `Refreshed in ${seconds(told)}${told.warnings ? `, ${counted(told.warnings, "warning")}` : ""}.`;
    case "in_part":
      return `Refreshed, but could not read ${told.unread.map((one) => `${one.source} (${one.why})`).join("; ")} Their rows are those of before.`;
    case "failed":
      return ["The refresh failed; figures are those of before.", told.where && `${told.where}:`, told.what, told.mend].filter(Boolean).join(" ");
    default:
      return "";
  }
}

const seconds = (told: Refresh): string => counted(Math.max(1, Math.round(told.seconds ?? 0)), "second");
