// Amounts as people type and paste them, in their own way of writing numbers, and as the API reads them.

const SCALES: Record<string, number> = { k: 1e3, m: 1e6 };
const BLANKS = /[\s\u00a0\u202f]/g;

function signsOf(locale: string | undefined): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.8);
  const sign = (type: string, usual: string) => parts.find((part) => part.type === type)?.value ?? usual;
  return { group: sign("group", ","), decimal: sign("decimal", ".") };
}

/** `1200000`, `40%`, `+10%`, `= mrr * 1.1` for what was typed; what is no number stays as it is, for the API to say so. */
export function readAmount(text: string, locale?: string): string {
  const words = text.trim();
  if (words === "" || words.startsWith("=")) return words;
  const bare = words.replace(BLANKS, "").replace(/\p{Sc}|\b[A-Z]{3}\b|['’]/gu, "").replace("−", "-");
  const found = /^([+-]?)([\d.,]+)(%|[kKmM])?$/.exec(bare);
  if (!found) return words;
  const [, sign = "", digits = "", mark = ""] = found;
  const plain = plainDigits(digits, locale);
  if (plain === undefined) return words;
  const scale = SCALES[mark.toLowerCase()];
  return scale ? `${sign}${Number((Number(plain) * scale).toPrecision(15))}` : `${sign}${plain}${mark}`;
}

/** Digits without the signs between thousands; a sign that parts no thousands is the decimal one. */
function plainDigits(digits: string, locale: string | undefined): string | undefined {
  const { group, decimal } = signsOf(locale);
  for (const [thousands, point] of [[group, decimal], [",", "."], [".", ","]] as const) {
    const apart = `\\d{1,3}(?:\\${thousands}\\d{3})+|\\d+`;
    if (new RegExp(`^(?:${apart})(?:\\${point}\\d+)?$`).test(digits)) return digits.replaceAll(thousands, "").replace(point, ".");
  }
  return undefined;
}

/** An amount as it stands in a cell that is edited: what `readAmount` reads back. */
export function editText(amount: string, unit: string, locale?: string): string {
  const number = Number(amount);
  if (amount === "" || !Number.isFinite(number)) return amount.endsWith("%") ? amount.replace(".", signsOf(locale).decimal) : amount;
  const written = (value: number) => new Intl.NumberFormat(locale, { useGrouping: false, maximumSignificantDigits: 15 }).format(value);
  return unit === "fraction" ? `${written(Number((number * 100).toPrecision(12)))}%` : written(number);
}
