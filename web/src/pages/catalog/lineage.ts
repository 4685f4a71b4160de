// Where a KPI comes from, laid out: sources at the left, then entities, the facts made of them, the KPI at the right.

import type { Definition } from "@/api/queries";
import { counted } from "@/words/format";

export type Kind = "source" | "entity" | "fact" | "kpi";

export interface Node {
  id: string;
  kind: Kind;
  name: string;
  note: string;
  column: number; // from the left
  row: number;
}

export interface Drawing {
  nodes: Node[];
  edges: [string, string][]; // from left to right
  columns: number;
  rows: number;
}

type Raw = Pick<Definition, "name" | "label" | "measures" | "lineage">;

export function drawingOf(kpi: Raw): Drawing {
  const entities = new Set(kpi.lineage.entities.map((one) => one.entity));
  const facts = new Map(kpi.lineage.facts.filter((one) => !entities.has(one.fact)).map((one) => [one.fact, one]));
  const edges: [string, string][] = [];
  const add = (from: string, to: string) => {
    if (!edges.some(([a, b]) => a === from && b === to)) edges.push([from, to]);
  };
  for (const { fact } of kpi.measures) add(fact, "kpi:");
  for (const { fact, reads } of facts.values()) for (const read of reads) if (facts.has(read) || entities.has(read)) add(read, fact);
  const deep = depths(kpi, facts, edges);
  const deepest = Math.max(0, ...deep.values());
  const columns = deepest + 3; // sources, entities, the facts, the KPI
  const nodes: Omit<Node, "row">[] = [{ id: "kpi:", kind: "kpi", name: kpi.label, note: kpi.name, column: columns - 1 }];
  for (const [name, depth] of deep)
    nodes.push({ id: name, kind: "fact", name, note: facts.get(name)?.model ? "model" : "fact", column: columns - 1 - depth });
  for (const one of kpi.lineage.entities) {
    nodes.push({ id: one.entity, kind: "entity", name: one.entity, note: one.rows === null ? "no data" : counted(one.rows, "row"), column: 1 });
    for (const { source } of one.sources) {
      add(`source:${source}`, one.entity);
      if (!nodes.some((node) => node.id === `source:${source}`)) nodes.push({ id: `source:${source}`, kind: "source", name: source, note: "source", column: 0 });
    }
  }
  return placed(nodes, edges, columns);
}

/** How many steps each fact stands from the KPI, by the longest way. */
function depths(kpi: Raw, facts: ReadonlyMap<string, unknown>, edges: [string, string][]): Map<string, number> {
  const deep = new Map<string, number>();
  const visit = (name: string, depth: number) => {
    if (!facts.has(name) || (deep.get(name) ?? 0) >= depth) return;
    deep.set(name, depth);
    for (const [from, to] of edges) if (to === name) visit(from, depth + 1);
  };
  for (const { fact } of kpi.measures) visit(fact, 1);
  return deep;
}

function placed(nodes: Omit<Node, "row">[], edges: [string, string][], columns: number): Drawing {
  const taken = new Map<number, number>();
  const rows = nodes.map((node) => {
    const row = taken.get(node.column) ?? 0;
    taken.set(node.column, row + 1);
    return { ...node, row };
  });
  const most = Math.max(...taken.values());
  const centred = rows.map((node) => ({ ...node, row: node.row + (most - (taken.get(node.column) ?? 0)) / 2 }));
  return { nodes: centred, edges, columns, rows: most };
}
