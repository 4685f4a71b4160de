// Walking through a table by keys: which cell comes next.

export interface Place {
  row: number;
  column: number; // 0: the name
}

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
}

interface Size {
  rows: number;
  columns: number;
  page: number; // rows in sight
}

/** The cell a key leads to; null where it leads nowhere. */
export function stepFrom(from: Place, { key, ctrlKey, metaKey }: Key, size: Size): Place | null {
  const far = ctrlKey || metaKey;
  const by = (rows: number, columns: number): Place => ({ row: from.row + rows, column: from.column + columns });
  const steps: Record<string, Place> = {
    ArrowUp: by(-1, 0),
    ArrowDown: by(1, 0),
    ArrowLeft: by(0, -1),
    ArrowRight: by(0, 1),
    PageUp: by(-size.page, 0),
    PageDown: by(size.page, 0),
    Home: { row: far ? 0 : from.row, column: 0 },
    End: { row: far ? size.rows - 1 : from.row, column: size.columns - 1 },
  };
  const to = steps[key];
  if (!to || size.rows === 0) return null;
  const within = (place: number, count: number) => Math.max(0, Math.min(count - 1, place));
  return { row: within(to.row, size.rows), column: within(to.column, size.columns) };
}
