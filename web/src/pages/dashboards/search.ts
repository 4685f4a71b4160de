// What a dashboard's address says beside the filter: whether it is being changed, or rotates on a wall.

import { many, one, type PageSearch, readPage, without } from "@/words/search";

export interface BoardSearch extends PageSearch {
  edit?: "1";
  wall?: "1";
  every?: string; // seconds
  next?: string[]; // the dashboards a wall shows one after another, by id
}

export function readBoard(words: Record<string, unknown>): BoardSearch {
  const next = many(words.next);
  const on = (word: unknown): "1" | undefined => (one(word) === "1" ? "1" : undefined);
  return without({ ...readPage(words), edit: on(words.edit), wall: on(words.wall), every: one(words.every), next: next.length ? next : undefined });
}

const USUAL_SECONDS = 30;
const [LEAST_SECONDS, MOST_SECONDS] = [5, 3600];

/** How long each dashboard stays on the wall. */
export function secondsOf(every: string | undefined): number {
  const seconds = Number(every);
  return every && Number.isFinite(seconds) ? Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, seconds)) : USUAL_SECONDS;
}

/** The dashboard after this one, around; `step` −1 goes back. */
export function after(ids: readonly string[], id: string, step = 1): string {
  const place = ids.indexOf(id);
  return ids[(place + step + ids.length) % ids.length] ?? id;
}
