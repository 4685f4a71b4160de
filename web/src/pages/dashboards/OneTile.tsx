// One tile: its frame, what it shows, and the same to take away.

import { useMemo } from "react";
import type { Note, Tile } from "@/api/boards";
import { fileOf, type KpiShort, type Question } from "@/api/queries";
import { useFitting } from "@/parts/Benchmarks";
import { Around } from "@/parts/Door";
import { TakeItems } from "@/parts/Take";
import { trendDrawings, trendFrom } from "@/parts/Trend";
import { type Answer, spanOf } from "@/words/answer";
import { fileName } from "@/words/listing";
import { scopeWords } from "@/words/scopes";
import { plainKpi } from "@/words/search";
import { chartsOf, type DrawnKind, drawingsOf } from "./drawing";
import { TileBody } from "./TileBody";
import { type TileDoes, TileFrame } from "./TileFrame";
import type { TileAnswer } from "./useAnswers";

interface Props {
  tile: Tile;
  kpis: readonly KpiShort[];
  question?: Question; // absent: a text, or one that cannot be asked
  told?: TileAnswer;
  trend?: Answer;
  fault?: string;
  height: number;
  notes: readonly Note[];
  turned: boolean; // a chart that shows its numbers
  onTurn: () => void;
  onNote: () => void;
  does?: TileDoes;
  wall?: boolean;
}

const asNumbers = (tile: Tile): Tile => ({ ...tile, kind: "table", grain: tile.grain ?? (["line", "area"].includes(tile.kind) ? "month" : undefined) });

const isChart = (kind: Tile["kind"]): kind is DrawnKind => !["number", "table", "text"].includes(kind);

export function OneTile({ tile, kpis, question, told, trend, fault, height, notes, turned, onTurn, onNote, does, wall }: Props) {
  const title = titleOf(tile, kpis);
  const { where, scope = "all" } = question ?? {};
  const answer = told?.answer;
  const drawings = useDrawings(tile, kpis, answer, height, notes);
  const way = tile.kind === "number" && tile.kpis.length === 1 ? trendFrom(trend, tile.kpis, tile.kpis[0] as string) : undefined;
  const pictures = turned ? [] : way ? trendDrawings(way) : drawings;
  const takes =
    question && answer
      ? (close: () => void) => <TakeItems label={title} name={fileName(title)} stands={{ words: [spanOf(way?.answer ?? answer), scopeWords(scope), where] }} drawings={pictures} csv={() => fileOf("/query", question)} onTaken={close} />
      : undefined;
  return (
    <TileFrame tile={tile} title={title} does={does} wall={wall} asNumbers={turned} onNumbers={isChart(tile.kind) ? onTurn : undefined} onNote={isChart(tile.kind) && tile.kind !== "heat" ? onNote : undefined} takes={takes}>
      <Around value={{ where, scope }}>
        <TileBody tile={turned ? asNumbers(tile) : tile} kpis={kpis} told={told} trend={trend} fault={fault} height={height} drawings={drawings} stands={{ where, scope }} />
      </Around>
    </TileFrame>
  );
}

function useDrawings(tile: Tile, kpis: readonly KpiShort[], answer: Answer | undefined, height: number, notes: readonly Note[]) {
  const fit = useFitting();
  return useMemo(() => {
    if (!answer || !isChart(tile.kind)) return [];
    return drawingsOf(chartsOf(answer, tile.kpis, (asked) => labelOf(kpis, asked)), tile.kind, height, notes, fit);
  }, [tile.kind, tile.kpis, kpis, answer, height, notes, fit]);
}

const labelOf = (kpis: readonly { name: string; label: string }[], asked: string): string => kpis.find((kpi) => kpi.name === plainKpi(asked))?.label ?? asked;

/** The title somebody gave, else what the tile shows. */
export function titleOf(tile: Tile, kpis: readonly { name: string; label: string }[]): string {
  if (tile.title) return tile.title;
  return tile.kind === "text" ? "Text" : tile.kpis.map((asked) => labelOf(kpis, asked)).join(", ");
}
