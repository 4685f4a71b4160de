// What tiles ask. Tiles whose questions differ in nothing but their KPIs are asked together; each takes its part.

import type { Narrowing, Tile } from "@/api/boards";
import type { Question } from "@/api/queries";
import type { Answer } from "@/words/answer";
import { type PageSearch, whereOf } from "@/words/search";

export interface Asking {
  id: string; // of the tile
  question: Question;
}

export interface Batch {
  question: Question;
  ids: string[];
}

const MOST_KPIS = 40; // in one request: its address must not grow too long
const MOST_ACCOUNTS = 50;
const OVER_TIME = ["line", "area"];
const SAYS_CHANGE = ["number", "table"];

/** All that holds of a tile's rows: the dashboard's condition, the address's, its own. */
export function whereAll(...conditions: (string | null | undefined)[]): string | undefined {
  const said = conditions.filter((one): one is string => Boolean(one));
  return said.length > 1 ? said.map((one) => `(${one})`).join(" and ") : said[0];
}

/** The tile's own word counts, then what the address says, then the dashboard's. */
export function questionOf(tile: Tile, board: Narrowing, told: PageSearch): Question {
  const grain = tile.grain ?? (OVER_TIME.includes(tile.kind) ? (told.grain ?? board.grain ?? "month") : "total");
  const compare = tile.compare ?? (told.compare === "none" ? [] : told.compare ? [told.compare] : (board.compare ?? []));
  return {
    kpis: tile.kpis,
    by: tile.by,
    period: tile.period ?? told.period ?? board.period ?? "last-quarter",
    grain: (tile.kind === "number" ? "total" : grain) as Question["grain"],
    where: whereAll(board.where, whereOf(told.filters), tile.where),
    scope: tile.scope ?? told.scope ?? board.scope ?? "all",
    compare: SAYS_CHANGE.includes(tile.kind) ? compare : [],
    top: tile.top ?? (tile.by.includes("account_id") ? MOST_ACCOUNTS : undefined),
  };
}

/** Each distinct question once. Where only the leading groups are asked, the first KPI says who leads: such ones stay apart. */
export function batchesOf(asked: readonly Asking[]): Batch[] {
  const found = new Map<string, Batch[]>();
  for (const { id, question } of asked) {
    const { kpis, ...rest } = question;
    const key = JSON.stringify(rest.top ? question : rest);
    const batches = found.get(key) ?? [];
    found.set(key, batches);
    const fits = batches.find((batch) => new Set([...batch.question.kpis, ...kpis]).size <= MOST_KPIS);
    if (fits) {
      fits.question = { ...rest, kpis: [...new Set([...fits.question.kpis, ...kpis])] };
      fits.ids.push(id);
    } else batches.push({ question, ids: [id] });
  }
  return [...found.values()].flat();
}

const parts = new WeakMap<Answer, Map<string, Answer>>();

/** A tile's part of an answer to several; the same object each time, so that nothing is drawn anew without need. */
export function partOf(answer: Answer, together: readonly string[], mine: readonly string[]): Answer {
  const known = parts.get(answer) ?? new Map<string, Answer>();
  parts.set(answer, known);
  const key = mine.join("\n");
  const part = known.get(key) ?? { ...answer, kpis: mine.map((kpi) => answer.kpis[together.indexOf(kpi)]).filter((one) => one !== undefined) };
  known.set(key, part);
  return part;
}
