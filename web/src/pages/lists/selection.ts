// Which rows of a table are chosen: one by one, a stretch of them with Shift, or all that are shown.

import { useCallback, useMemo, useState } from "react";

/** The chosen with one more or less; with Shift as far as the row that was clicked before. */
export function chosenWith(chosen: ReadonlySet<string>, ids: readonly string[], id: string, last: string | undefined): Set<string> {
  const found = new Set(chosen);
  const on = !chosen.has(id);
  const [from, to] = [ids.indexOf(last ?? id), ids.indexOf(id)];
  const stretch = from < 0 || to < 0 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of stretch) on ? found.add(one) : found.delete(one);
  return found;
}

export interface Selection {
  ids: readonly string[]; // those chosen that are shown, in their order
  has: (id: string) => boolean;
  toggle: (id: string, far: boolean) => void;
  all: boolean;
  toggleAll: () => void;
  clear: () => void;
}

export function useSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string>();
  const ids = useMemo(() => shown.filter((id) => chosen.has(id)), [shown, chosen]);
  const toggle = useCallback(
    (id: string, far: boolean) => {
      setChosen((now) => chosenWith(now, shown, id, far ? last : undefined));
      setLast(id);
    },
    [shown, last],
  );
  const all = shown.length > 0 && ids.length === shown.length;
  return { ids, has: (id) => chosen.has(id), toggle, all, toggleAll: () => setChosen(new Set(all ? [] : shown)), clear: () => setChosen(new Set()) };
}
