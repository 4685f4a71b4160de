// Finding by a few letters: every word typed must begin a word somewhere in the label, the name, another name or the question.

interface Named {
  name: string;
  label: string;
  also?: string[]; // what else people call it
  asks?: string;
  family?: string;
}

const plain = (text: string): string => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

function rank(item: Named, words: readonly string[], whole: string): number | null {
  const label = plain(item.label);
  const also = (item.also ?? []).map(plain);
  if (label === whole || plain(item.name) === whole || also.includes(whole)) return 0;
  if (label.startsWith(whole)) return 1;
  const near = `${label} ${plain(item.name).replaceAll("_", " ")} ${also.join(" ")}`.split(/[^\p{L}\p{N}]+/u);
  const begins = (hay: string[]) => words.every((word) => hay.some((one) => one.startsWith(word)));
  if (begins(near)) return 2;
  const far = plain(`${item.asks ?? ""} ${item.family ?? ""}`).split(/[^\p{L}\p{N}]+/u);
  return begins([...near, ...far]) ? 3 : null;
}

/** Those that fit, best first; all of them where nothing is typed. */
export function found<T extends Named>(items: readonly T[], text: string): T[] {
  const whole = plain(text.trim());
  if (!whole) return [...items];
  const words = whole.split(/[\s_]+/);
  return items
    .map((item) => ({ item, rank: rank(item, words, whole) }))
    .filter((one): one is { item: T; rank: number } => one.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map((one) => one.item);
}
