// Stages at two moments: how accounts flowed between them, where they stick, and who moved.

import type { Journey, Stage, StageMove } from "@/api/journeys";
import type { Sort } from "@/parts/DataTable";
import { NOWHERE } from "@/words/groups";
import type { FunnelSearch, Way } from "./search";

export const ENOUGH = 10; // accounts that a stage must have been entered by before it is called narrow or slow

/** Stages that accounts can go on from, of which enough is known. */
const weighed = (stages: readonly Stage[]): Stage[] => stages.filter((stage) => stage.name !== NOWHERE && !stage.last && stage.entered >= ENOUGH);

/** The stage that the smallest share went on from; where all went on from everywhere, there is none. */
export const narrowest = (stages: readonly Stage[]): Stage | undefined =>
  weighed(stages)
    .filter((stage) => stage.conversion !== null && stage.conversion < 1)
    .sort((a, b) => (a.conversion as number) - (b.conversion as number))[0];

/** The stage that those who went on stayed in for longest. */
export const slowest = (stages: readonly Stage[]): Stage | undefined =>
  weighed(stages)
    .filter((stage) => stage.median_days !== null && stage.went_on >= ENOUGH)
    .sort((a, b) => (b.median_days as number) - (a.median_days as number))[0];

/** The stage whose cohorts are shown: the one chosen, else where fewest go on, else the first. */
export function shownStage(stages: readonly Stage[], chosen: string | undefined): string | undefined {
  const onward = stages.filter((stage) => stage.name !== NOWHERE && !stage.last && stage.known);
  return (onward.find((stage) => stage.name === chosen) ?? narrowest(stages) ?? onward[0])?.name;
}

/** Whether any account stands, or stood, in a stage at all. */
export const anyStage = (journey: Journey): boolean => journey.stages.some((stage) => stage.name !== NOWHERE && stage.before + stage.after + stage.entered > 0);

export interface Flow {
  from: string;
  to: string;
  count: number;
  way: Way | "stayed";
}

/** Row after row by the stage before, each over the stages now. Who stayed is who stands there now and did not arrive. */
export function flowsOf(journey: Pick<Journey, "stages" | "moves">): Flow[][] {
  const counts = new Map<string, number>();
  const arrived = new Map<string, number>();
  for (const move of journey.moves) {
    const key = `${move.stage_before}\n${move.stage}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    arrived.set(move.stage, (arrived.get(move.stage) ?? 0) + 1);
  }
  return journey.stages.map((from) =>
    journey.stages.map((to): Flow => {
      const names = { from: from.name, to: to.name };
      if (from.name === to.name) return { ...names, count: to.after - (arrived.get(to.name) ?? 0), way: "stayed" };
      return { ...names, count: counts.get(`${from.name}\n${to.name}`) ?? 0, way: to.place > from.place ? "on" : "back" };
    }),
  );
}

type Listed = Pick<FunnelSearch, "way" | "from" | "to">;

export const movesIn = (moves: readonly StageMove[], { way, from, to }: Listed): StageMove[] =>
  moves.filter((move) => (!way || move.forward === (way === "on")) && (!from || move.stage_before === from) && (!to || move.stage === to));

const DAY_MS = 86_400_000;

/** Whole days an account has been where it is, seen at the end of the period. */
export const daysThere = (move: StageMove, end: string): number | null =>
  move.since === null ? null : Math.max(0, Math.floor((new Date(end).getTime() - new Date(move.since).getTime()) / DAY_MS));

export const readSort = (text: string | undefined): Sort | undefined => (text ? { key: text.replace(/^-/, ""), down: text.startsWith("-") } : undefined);

export const writeSort = (sort: Sort): string => `${sort.down ? "-" : ""}${sort.key}`;

/** In the order that is asked; as they came, the widest move first, where none is. */
export function sorted(moves: readonly StageMove[], sort: Sort | undefined, stages: readonly Stage[]): StageMove[] {
  if (!sort) return [...moves];
  const place = new Map(stages.map((stage) => [stage.name, stage.place]));
  const keys: Record<string, (move: StageMove) => number | string> = {
    name: (move) => move.name.toLowerCase(),
    before: (move) => place.get(move.stage_before) ?? 0,
    now: (move) => place.get(move.stage) ?? 0,
    since: (move) => move.since ?? "",
    days: (move) => -new Date(move.since ?? 0).getTime(),
  };
  const key = keys[sort.key];
  if (!key) return [...moves];
  const side = sort.down ? -1 : 1;
  return [...moves].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    return one === other ? 0 : one < other ? -side : side;
  });
}
