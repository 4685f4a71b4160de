// Order in a list that is moved by hand: cards of the overview, columns of a table.

/** The list with the item at `from` put where `to` is. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const kept = [...list];
  if (from < 0 || from >= list.length) return kept;
  const [taken] = kept.splice(from, 1);
  kept.splice(Math.max(0, Math.min(to, kept.length)), 0, taken as T);
  return kept;
}
