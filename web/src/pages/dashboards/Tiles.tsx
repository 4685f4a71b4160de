// All tiles on the grid of twelve columns, in one column on a phone; their questions asked together.

import { useViewportSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import GridLayout, { useContainerWidth } from "react-grid-layout";
import "react-grid-layout/css/styles.css";
import { type Board, type BoardLayout, notesOf, type Tile } from "@/api/boards";
import { catalog } from "@/api/queries";
import { NotesDialog } from "@/parts/Notes";
import { daysOf } from "@/words/notes";
import { trendOf } from "@/words/periods";
import { type PageSearch, plainKpi } from "@/words/search";
import { type Asking, questionOf } from "./asking";
import css from "./Board.module.css";
import { COLUMNS, fittingRow, inOrder } from "./layout";
import { OneTile, titleOf } from "./OneTile";
import { HANDLE, type TileDoes } from "./TileFrame";
import { useAnswers } from "./useAnswers";

interface Props {
  layout: BoardLayout;
  faults: Board["faults"];
  told: PageSearch; // what the address says
  does?: TileDoes;
  onPlaced?: (items: readonly Placed[]) => void;
  wall?: boolean;
}

export interface Placed {
  i: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

const ROW_PX = 32;
const GAP_PX = 12;
const HEAD_PX = 56;
const ONE_COLUMN_PX = 720;
const WALL_HEAD_PX = 126; // of a wall screen, with its edges
const WALL_TILE_PX = 68; // of a tile's head there, and for the larger figure
const NONE: never[] = [];

export function Tiles({ layout, faults, told, does, onPlaced, wall }: Props) {
  const { width, containerRef, mounted } = useContainerWidth();
  const { data: all } = useQuery(catalog);
  const [turned, setTurned] = useState<readonly string[]>([]); // charts that show their numbers
  const [noted, setNoted] = useState<string>();
  const faulty = useMemo(() => new Map(faults.map((fault) => [fault.tile, fault.why])), [faults]);
  const tiles = useMemo(() => inOrder(layout.tiles), [layout.tiles]);
  const asked = useMemo(
    () => tiles.filter((tile) => tile.kind !== "text" && !faulty.has(tile.id)).map((tile): Asking => ({ id: tile.id, question: questionOf(tile, layout.narrowing, told) })),
    [tiles, faulty, layout.narrowing, told],
  );
  const answers = useAnswers(asked);
  const trends = useAnswers(trendsAsked(tiles, asked, answers));
  const charts = tiles.filter((tile) => ["line", "area", "bar"].includes(tile.kind)).flatMap((tile) => answers.get(tile.id)?.answer?.periods ?? []);
  const days = daysOf([...charts].sort((a, b) => a.start.localeCompare(b.start)));
  const { data: notes = NONE } = useQuery(notesOf(days.since, undefined));
  const { height: screen } = useViewportSize();
  const row = wall ? fittingRow(tiles, screen - WALL_HEAD_PX, GAP_PX) : ROW_PX;
  const narrow = width < ONE_COLUMN_PX;

  const kpis = all?.kpis ?? NONE;
  const turn = (id: string) => setTurned((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id]));
  const shown = (tile: Tile) => (
    <OneTile
      tile={tile}
      kpis={kpis}
      question={asked.find((one) => one.id === tile.id)?.question}
      told={answers.get(tile.id)}
      trend={trends.get(tile.id)?.answer}
      fault={faulty.get(tile.id)}
      height={(narrow ? heightAlone(tile) : tile.box.h * row + (tile.box.h - 1) * GAP_PX) - (wall ? WALL_TILE_PX : HEAD_PX)}
      notes={notes}
      turned={turned.includes(tile.id)}
      onTurn={() => turn(tile.id)}
      onNote={() => setNoted(tile.id)}
      does={does}
      wall={wall}
    />
  );
  const open = tiles.find((tile) => tile.id === noted);
  return (
    <div ref={containerRef} className={css.grid} data-changing={does ? true : undefined}>
      {mounted && narrow && (
        <div className={css.column}>
          {tiles.map((tile) => (
            <div key={tile.id} style={{ height: heightAlone(tile) }}>
              {shown(tile)}
            </div>
          ))}
        </div>
      )}
      {mounted && !narrow && (
        <GridLayout
          width={width}
          layout={tiles.map((tile) => ({ i: tile.id, ...tile.box, minH: 2 }))}
          gridConfig={{ cols: COLUMNS, rowHeight: row, margin: [GAP_PX, GAP_PX], containerPadding: [0, 0] }}
          dragConfig={{ enabled: Boolean(does), handle: `.${HANDLE}` }}
          resizeConfig={{ enabled: Boolean(does), handles: ["se"] }}
          onDragStop={(items) => onPlaced?.(items)}
          onResizeStop={(items) => onPlaced?.(items)}
        >
          {tiles.map((tile) => (
            <div key={tile.id}>{shown(tile)}</div>
          ))}
        </GridLayout>
      )}
      {open && (
        <NotesDialog
          title={titleOf(open, kpis)}
          kpis={open.kpis.map((asked) => ({ name: plainKpi(asked), label: kpis.find((kpi) => kpi.name === plainKpi(asked))?.label ?? asked }))}
          periods={answers.get(open.id)?.answer?.periods ?? NONE}
          notes={notes}
          onClose={() => setNoted(undefined)}
        />
      )}
    </div>
  );
}

const heightAlone = (tile: Tile): number => (tile.kind === "text" ? 40 + 26 * Math.max(2, Math.ceil(tile.text.length / 40)) : tile.kind === "number" ? 150 + 40 * Math.max(0, tile.kpis.length - 1) : 320);

/** The way to each figure: asked once the period it stands for is known. */
function trendsAsked(tiles: readonly Tile[], asked: readonly Asking[], answers: ReturnType<typeof useAnswers>): Asking[] {
  return asked.flatMap(({ id, question }) => {
    const period = answers.get(id)?.answer?.periods[0];
    const tile = tiles.find((one) => one.id === id);
    if (tile?.kind !== "number" || tile.kpis.length !== 1 || !period || answers.get(id)?.fading) return [];
    return [{ id, question: { kpis: question.kpis, where: question.where, scope: question.scope, ...trendOf(period) } }];
  });
}
