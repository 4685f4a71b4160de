// Rows come in blocks: which of them are needed for what is in sight, and where a row lies in its block.

export const BLOCK = 100;
const AHEAD = 50; // rows, so that scrolling on finds them there
const BEHIND = 25;

/** Blocks that hold the rows from `first` to `last`, and those near them. */
export function blocksFor(first: number, last: number, total: number | undefined): number[] {
  const end = total === undefined ? Math.max(last, 0) : Math.max(0, Math.min(last, total - 1));
  const from = Math.floor(Math.max(0, Math.min(first, end) - BEHIND) / BLOCK);
  const most = total === undefined ? from : Math.max(0, Math.ceil(total / BLOCK) - 1);
  const to = Math.min(most, Math.floor((end + AHEAD) / BLOCK));
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export const placeOf = (index: number): { block: number; place: number } => ({
  block: Math.floor(index / BLOCK),
  place: index % BLOCK,
});
