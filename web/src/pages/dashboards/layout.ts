// A layout while it is changed: pure steps, each gives a new one.

import { moveElement, verticalCompactor } from "react-grid-layout/core";
import type { BoardLayout, Box, Tile } from "@/api/boards";

export const COLUMNS = 12;
const MOST_HIGH = 40;
const SIZES: Record<Tile["kind"], [number, number]> = { number: [3, 4], line: [6, 7], area: [6, 7], bar: [6, 7], heat: [6, 7], table: [12, 8], text: [6, 3] };

interface Item extends Box {
  i: string;
}

const itemsOf = (layout: BoardLayout): Item[] => layout.tiles.map((tile) => ({ i: tile.id, ...tile.box }));

/** The layout with its tiles where the grid says. */
export function put(layout: BoardLayout, items: readonly Item[]): BoardLayout {
  const boxes = new Map(items.map(({ i, x, y, w, h }) => [i, { x, y, w, h }]));
  return { ...layout, tiles: layout.tiles.map((tile) => ({ ...tile, box: boxes.get(tile.id) ?? tile.box })) };
}

const compact = (layout: BoardLayout, items: readonly Item[]): BoardLayout => put(layout, verticalCompactor.compact(items, COLUMNS));

/** As a browser shows it: without gaps above tiles. */
export const compacted = (layout: BoardLayout): BoardLayout => compact(layout, itemsOf(layout));

/** A tile moved by columns and rows; what is in its way makes room. */
export function moveTile(layout: BoardLayout, id: string, right: number, down: number): BoardLayout {
  const items = itemsOf(layout);
  const item = items.find((one) => one.i === id);
  if (!item) return layout;
  const x = Math.max(0, Math.min(COLUMNS - item.w, item.x + right));
  const y = Math.max(0, item.y + (down > 0 ? stepDown(items, item) : down < 0 ? -stepUp(items, item) : 0));
  return compact(layout, moveElement(items, item, x, y, true, false, "vertical", COLUMNS) as Item[]);
}

const over = (one: Item, other: Item): boolean => one.x < other.x + other.w && other.x < one.x + one.w;

/** Rows to step over the tile beneath: one row alone would be undone by what fills gaps. */
function stepDown(items: readonly Item[], item: Item): number {
  const beneath = items.filter((one) => one !== item && over(one, item) && one.y >= item.y + item.h);
  return beneath.length ? Math.min(...beneath.map((one) => one.y + one.h)) - item.y : 0;
}

function stepUp(items: readonly Item[], item: Item): number {
  const above = items.filter((one) => one !== item && over(one, item) && one.y + one.h <= item.y);
  return above.length ? item.y - Math.max(...above.map((one) => one.y)) : item.y;
}

/** A tile made wider and higher by columns and rows. */
export function resizeTile(layout: BoardLayout, id: string, wider: number, higher: number): BoardLayout {
  const items = itemsOf(layout);
  const item = items.find((one) => one.i === id);
  if (!item) return layout;
  const w = Math.max(1, Math.min(COLUMNS - item.x, item.w + wider));
  const h = Math.max(2, Math.min(MOST_HIGH, item.h + higher));
  const resized = { ...item, w, h };
  const others = items.map((one) => (one === item ? resized : one));
  return compact(layout, moveElement(others, resized, resized.x, resized.y, true, false, "vertical", COLUMNS) as Item[]);
}

/** A new tile beneath all others, or at their side where the last row has room. */
export function addTile(layout: BoardLayout, tile: Omit<Tile, "id" | "box">): BoardLayout {
  const [w, h] = SIZES[tile.kind];
  const bottom = Math.max(0, ...layout.tiles.map(({ box }) => box.y + box.h));
  const id = freeId(layout);
  const last = layout.tiles.map(({ box }) => box).filter((box) => box.y + box.h === bottom);
  const right = Math.max(0, ...last.map((box) => box.x + box.w));
  const beside = last.length > 0 && right + w <= COLUMNS && !layout.tiles.some(({ box }) => box.x + box.w > right && box.y + box.h > bottom - h);
  const box = beside ? { x: right, y: bottom - h, w, h } : { x: 0, y: bottom, w, h };
  return compacted({ ...layout, tiles: [...layout.tiles, { ...tile, id, box: { ...box, y: Math.max(0, box.y) } }] });
}

function freeId(layout: BoardLayout): string {
  const taken = new Set(layout.tiles.map((tile) => tile.id));
  let number = layout.tiles.length + 1;
  while (taken.has(`t${number}`)) number += 1;
  return `t${number}`;
}

export const dropTile = (layout: BoardLayout, id: string): BoardLayout => compacted({ ...layout, tiles: layout.tiles.filter((tile) => tile.id !== id) });

export const changeTile = (layout: BoardLayout, id: string, change: Partial<Tile>): BoardLayout => ({
  ...layout,
  tiles: layout.tiles.map((tile) => (tile.id === id ? { ...tile, ...change } : tile)),
});

export function copyTile(layout: BoardLayout, id: string): BoardLayout {
  const tile = layout.tiles.find((one) => one.id === id);
  if (!tile) return layout;
  const { id: _id, box, ...rest } = tile;
  const added = addTile(layout, rest);
  const last = added.tiles.at(-1) as Tile;
  return compacted(changeTile(added, last.id, { box: { ...last.box, ...fitted(last.box, box) } }));
}

const fitted = (at: Box, size: Box): Partial<Box> => (at.x + size.w <= COLUMNS && at.x === 0 ? { w: size.w, h: size.h } : {});

/** In reading order: for one column, and for whoever tabs through. */
export const inOrder = (tiles: readonly Tile[]): Tile[] => [...tiles].sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);

/** Whether there is anything to save; what is absent, empty or null is the same. */
export const same = (one: BoardLayout, other: BoardLayout): boolean => written(one) === written(other);

const written = (layout: BoardLayout): string => {
  const sorted = { ...layout, tiles: [...layout.tiles].sort((a, b) => a.id.localeCompare(b.id)) };
  return JSON.stringify(sorted, (_key, value: unknown) => (isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, one]) => !isNothing(one)).sort()) : value));
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
const isNothing = (value: unknown): boolean => value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const [LEAST_ROW_PX, MOST_ROW_PX] = [25, 60]; // legible; not blown up where there is little

/** The height of a row with which a dashboard fills a wall screen, where nobody scrolls. */
export function fittingRow(tiles: readonly Tile[], height: number, gap: number): number {
  const rows = Math.max(1, ...tiles.map(({ box }) => box.y + box.h));
  return Math.max(LEAST_ROW_PX, Math.min(MOST_ROW_PX, (height - (rows - 1) * gap) / rows));
}
