// A dashboard while it is changed: what is saved, what is not yet, and the version it was begun upon.

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { type Board, type BoardLayout, boardOf, boards, changeBoard } from "@/api/boards";
import { same } from "./layout";

export interface Draft {
  layout: BoardLayout;
  unsaved: boolean;
  change: (step: (layout: BoardLayout) => BoardLayout) => void;
  save: (version?: number) => void;
  saving: boolean;
  error: unknown;
  discard: () => void;
  leaving?: { stay: () => void; go: () => void }; // somebody is about to leave with changes that are not saved
}

interface Begun {
  version: number;
  layout: BoardLayout;
  now: BoardLayout;
}

export function useDraft(board: Board, changing: boolean, onSaved: () => void): Draft {
  const queries = useQueryClient();
  const [begun, setBegun] = useState<Begun>();
  const unsaved = begun !== undefined && !same(begun.layout, begun.now);
  const save = useMutation({
    mutationFn: ({ version, layout }: { version: number; layout: BoardLayout }) => changeBoard(board.id, { version, layout }),
    onSuccess: (changed) => {
      queries.setQueryData(boardOf(board.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: boards.queryKey, exact: true });
      setBegun(undefined);
      onSaved();
    },
  });
  const { reset } = save;
  useEffect(() => {
    if (!changing && !unsaved) {
      setBegun(undefined);
      reset();
    }
  }, [changing, unsaved, reset]);
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && !save.isSuccess && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  });
  const change = useCallback<Draft["change"]>(
    (step) =>
      setBegun((before) => {
        const from = before ?? { version: board.version, layout: board.layout, now: board.layout };
        return { ...from, now: step(from.now) };
      }),
    [board.version, board.layout],
  );
  return {
    layout: begun?.now ?? board.layout,
    unsaved,
    change,
    save: (version) => begun && save.mutate({ version: version ?? begun.version, layout: begun.now }),
    saving: save.isPending,
    error: save.error ?? undefined,
    discard: () => {
      reset();
      setBegun(undefined);
    },
    leaving: blocker.status === "blocked" ? { stay: blocker.reset, go: blocker.proceed } : undefined,
  };
}
