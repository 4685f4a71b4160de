// Rows in the order of a column; what is unknown comes last either way.

import type { Sort } from "@/parts/DataTable";

export function sorted<Row extends object>(rows: readonly Row[], { key, down }: Sort): Row[] {
  const value = (row: Row) => (row as Record<string, string | null>)[key] ?? null;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return (down ? -1 : 1) * a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" });
  });
}
