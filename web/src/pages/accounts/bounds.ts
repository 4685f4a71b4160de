// Bounds of figures as the API reads them, `mrr >= 1000`, and as people do, `Monthly recurring revenue ≥ €1,000`.

import { show } from "@/words/format";
import { changeText, type Column, splitKey } from "./columns";

export type Sign = ">=" | "<=" | ">" | "<" | "=" | "<>";

export interface Bound {
  key: string;
  sign: Sign;
  number: number; // in the unit of the KPI: a share of 1
}

const SHAPE = /^\s*(.+?)\s*(>=|<=|<>|>|<|=)\s*([+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*$/;
const SIGNS: Record<Sign, string> = { ">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "=", "<>": "≠" };

export function readBound(text: string): Bound | undefined {
  const found = SHAPE.exec(text);
  const number = Number(found?.[3]);
  return found && Number.isFinite(number) ? { key: found[1] as string, sign: found[2] as Sign, number } : undefined;
}

export const writeBound = ({ key, sign, number }: Bound): string => `${key} ${sign} ${number}`;

export function boundText(text: string, title: (key: string) => string, unit: (asked: string) => string | undefined, currency: string): string {
  const bound = readBound(text);
  if (!bound) return text;
  const { asked, suffix } = splitKey(bound.key);
  const look = { unit: unit(asked) ?? "count", currency };
  const number = suffix !== "change" ? show(bound.number, look) : bound.number === 0 ? "0" : changeText(bound.number, look);
  return `${title(bound.key)} ${SIGNS[bound.sign]} ${number}`;
}

/** The bounds with this one added in place of another on the same side of the same column. */
export function withBound(bounds: readonly string[], added: Bound): string[] {
  const same = (text: string) => {
    const bound = readBound(text);
    return bound?.key === added.key && bound.sign[0] === added.sign[0];
  };
  return [...bounds.filter((text) => !same(text)), writeBound(added)];
}

/** Shares are typed in percent, and their changes in percentage points. */
export const scaleOf = (column: Pick<Column, "kpi">): number => (column.kpi?.unit === "fraction" ? 100 : 1);
