// What a tile shows: a number, charts, a table or a text; why not, where it cannot.

import { Skeleton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { Tile } from "@/api/boards";
import type { KpiShort } from "@/api/queries";
import { Chart, type Drawing } from "@/parts/Chart";
import { Empty } from "@/parts/Empty";
import { ProblemView } from "@/parts/ProblemView";
import type { Answer } from "@/words/answer";
import { lack } from "@/words/lacking";
import { periodAsked } from "@/words/periods";
import { plainKpi } from "@/words/search";
import { type Drawn, type DrawnKind, picked } from "./drawing";
import css from "./Tile.module.css";
import { Numbers } from "./Numbers";
import { TileTable } from "./TileTable";
import { TileText } from "./TileText";
import type { TileAnswer } from "./useAnswers";

export interface BodyProps {
  tile: Tile;
  kpis: readonly KpiShort[];
  told?: TileAnswer; // absent: a text
  trend?: Answer;
  fault?: string; // why it cannot be asked any more
  height: number; // pixels that are there
  drawings: readonly (Drawing & { drawn: Drawn })[]; // of a chart
  stands: { where?: string; scope: string };
}

export function TileBody(props: BodyProps) {
  const { tile, kpis, told, trend, fault, height } = props;
  if (tile.kind === "text") return <TileText text={tile.text} />;
  if (fault)
    return (
      <Empty small title="This tile cannot be shown any more">
        {fault}
      </Empty>
    );
  const answer = told?.answer;
  if (told?.error && !answer) return <ProblemView error={told.error} retry={told.retry} />;
  if (!answer) return <Skeleton height={Math.max(40, height - 8)} />;
  if (!anyKnown(answer)) return <Unknown tile={tile} kpis={kpis} />;
  return (
    <div className={css.body} data-fading={told?.fading || undefined}>
      {tile.kind === "number" ? (
        <Numbers answer={answer} asked={tile.kpis} kpis={kpis} trend={trend} height={height} stands={props.stands} />
      ) : tile.kind === "table" ? (
        <TileTable answer={answer} asked={tile.kpis} kpis={kpis} height={height} label={tile.title || "Figures"} />
      ) : (
        <Charts drawings={props.drawings} stands={props.stands} kind={tile.kind} />
      )}
    </div>
  );
}

const anyKnown = (answer: Answer): boolean => answer.kpis.some((series) => series.value?.some((value) => value !== null));

/** Nothing is known: what the data lacks, or that nothing happened. */
function Unknown({ tile, kpis }: Pick<BodyProps, "tile" | "kpis">) {
  const needs = [...new Set(tile.kpis.flatMap((asked) => kpis.find((kpi) => kpi.name === plainKpi(asked))?.lacks ?? []))];
  return (
    <Empty small title="Unknown in this period">
      {needs.length ? `It needs ${needs.map(lack).join(", ")}, which no source gives.` : "There is nothing it could be computed from, under this filter."}
    </Empty>
  );
}

function Charts({ drawings, kind, stands }: Pick<BodyProps, "drawings" | "stands"> & { kind: DrawnKind }) {
  return (
    <div className={css.charts}>
      {drawings.map(({ drawn, ...drawing }) => (
        <div key={drawn.title}>
          {drawings.length > 1 && <h3 className={css.part}>{drawn.title}</h3>}
          <OneChart drawn={drawn} kind={kind} drawing={drawing} stands={stands} />
        </div>
      ))}
    </div>
  );
}

function OneChart({ drawn, kind, drawing, stands }: { drawn: Drawn; kind: DrawnKind; drawing: Drawing } & Pick<BodyProps, "stands">) {
  const navigate = useNavigate();
  const open = (place: { series: number; index: number; value: unknown }) => {
    const found = picked(drawn, kind, place);
    if (found)
      void navigate({
        to: ".",
        search: (now: Record<string, unknown>) => ({ ...now, explain: { kpi: found.kpi, period: periodAsked(found.period), by: found.by, ...stands } }),
        resetScroll: false,
      });
  };
  return <Chart draw={drawing.draw} height={drawing.height} onPick={open} label={`${drawn.title}. Its numbers: the tile's menu, Show the numbers`} />;
}
