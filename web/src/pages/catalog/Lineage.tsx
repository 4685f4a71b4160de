// The lineage of a KPI as a drawing; beneath it the same as words, for whoever does not see it.

import type { Definition } from "@/api/queries";
import css from "./Lineage.module.css";
import { drawingOf, type Node } from "./lineage";

const [WIDE, HIGH, ACROSS, DOWN] = [164, 42, 56, 12];
const x = (node: Node) => node.column * (WIDE + ACROSS);
const y = (node: Node) => node.row * (HIGH + DOWN);

export function Lineage({ kpi }: { kpi: Definition }) {
  const { nodes, edges, columns, rows } = drawingOf(kpi);
  const [width, height] = [columns * WIDE + (columns - 1) * ACROSS, rows * (HIGH + DOWN) - DOWN];
  const of = (id: string) => nodes.find((node) => node.id === id);
  const words = edges.map(([from, to]) => `${of(from)?.name} feeds ${of(to)?.name}`).join("; ");
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label="Lineage, scrolls">
      <svg width={width + 2} height={height + 2} viewBox={`-1 -1 ${width + 2} ${height + 2}`} role="img" aria-label={`Lineage: ${words}`}>
        {edges.map(([from, to]) => {
          const [a, b] = [of(from), of(to)];
          if (!a || !b) return null;
          const [x1, y1, x2, y2] = [x(a) + WIDE, y(a) + HIGH / 2, x(b), y(b) + HIGH / 2];
          return <path key={`${from} ${to}`} className={css.edge} d={`M${x1} ${y1}C${x1 + ACROSS / 2} ${y1} ${x2 - ACROSS / 2} ${y2} ${x2} ${y2}`} />;
        })}
        {nodes.map((node) => (
          <g key={node.id} transform={`translate(${x(node)} ${y(node)})`} className={css.node} data-kind={node.kind}>
            <title>{node.name}</title>
            <rect width={WIDE} height={HIGH} rx={9} />
            <text x={12} y={18} className={css.name}>
              {short(node.name)}
            </text>
            <text x={12} y={33} className={css.note}>
              {short(node.note)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

const MOST = 22;
const short = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);
