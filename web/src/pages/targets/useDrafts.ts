// What was typed into the sheet: kept until it is saved together or dropped; whoever leaves is asked first.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { importTargets, retireTarget, TARGETS } from "@/api/targets";
import { changesOf, type Draft, draftKey, type Drafts } from "./rows";

export type Faults = ReadonlyMap<string, string>; // what is wrong with which draft

const NONE: Drafts = new Map();

export function useDrafts() {
  const [drafts, setDrafts] = useState<Drafts>(NONE);
  const [faults, setFaults] = useState<Faults>(new Map());
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async () => {
      const { rows, text, gone } = changesOf(drafts);
      const checked = rows.length ? await importTargets(text, true) : undefined;
      if (checked?.faults.length) return checked.faults.map((fault) => [keyOf(rows[fault.row - 1] as Draft), [fault.what, fault.mend].filter(Boolean).join(" ")] as const);
      for (const draft of gone) await retireTarget(draft.id as string);
      if (rows.length) await importTargets(text, false);
      return [];
    },
    onSuccess: (wrong) => {
      setFaults(new Map(wrong));
      if (wrong.length === 0) setDrafts(NONE);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [TARGETS] }),
  });
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => drafts.size > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: () => drafts.size > 0,
    withResolver: true,
  });
  return {
    drafts,
    faults,
    put: (now: Drafts) => {
      setDrafts(now);
      setFaults(new Map());
      save.reset();
    },
    save,
    leaving: blocker.status === "blocked" ? { stay: blocker.reset, go: blocker.proceed } : undefined,
  };
}

const keyOf = (draft: Draft): string => draftKey(draft.kpi, draft.scope, draft.period);
