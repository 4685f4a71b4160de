// How a number looks: by the unit the catalog gives it, the workspace's currency and the reader's locale.

export const UNKNOWN = "–";

export interface Look {
  unit: string;
  currency?: string;
  locale?: string;
}

type Options = Intl.NumberFormatOptions;
type Writer = { format: (value: number) => string };

const MINUS = "−"; // as wide as a plus; many locales bring a hyphen
const LEAST = 1e-6; // less is what computing leaves behind

const made = new Map<string, Writer>();

/** All numbers of all pages are written by one of these. What rounds to nothing has no sign. */
function numbers(locale: string | undefined, options: Options): Writer {
  const key = `${locale ?? ""}${JSON.stringify(options)}`;
  const known = made.get(key);
  if (known) return known;
  const intl = new Intl.NumberFormat(locale, { signDisplay: "negative", ...options });
  const fresh: Writer = { format: (value) => (value < 0 ? intl.format(value).replace("-", MINUS) : intl.format(value)) };
  made.set(key, fresh);
  return fresh;
}

/** A number that is no KPI's, as `Intl` is told to write it. */
export const numberText = (value: number, options: Options = {}, locale?: string): string => numbers(locale, options).format(value);

/** So many digits after the point; one that counts where a small value would look like nothing. */
function places(value: number, most: number, least = 0): Options {
  const size = Math.abs(value);
  return size >= LEAST && size < 0.5 * 10 ** -most ? { maximumSignificantDigits: 1 } : { minimumFractionDigits: least, maximumFractionDigits: most };
}

/** A currency is written as such only if it is a code; a workspace may call it what it likes. */
const isCode = (currency: string | undefined): currency is string => /^[A-Z]{3}$/.test(currency ?? "");

function money(value: number, { currency, locale }: Look, compact: boolean, perDay: boolean): string {
  const size = Math.abs(value);
  const shape: Options =
    compact && size >= 1000
      ? { notation: "compact", minimumSignificantDigits: 3, maximumSignificantDigits: 3 }
      : { maximumFractionDigits: size >= 1000 || Number.isInteger(value) ? 0 : 2 };
  const text = isCode(currency)
    ? numbers(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...fixed(shape) }).format(value)
    : `${numbers(locale, shape).format(value)}${currency ? ` ${currency}` : ""}`;
  return perDay ? `${text}/day` : text;
}

/** Currencies bring their own least digits, which must not exceed the most. */
const fixed = (shape: Options): Options =>
  shape.maximumFractionDigits === 0 ? { ...shape, minimumFractionDigits: 0 } : shape;

function percent(value: number, locale: string | undefined): string {
  const size = Math.abs(value);
  if (size >= 10) return numbers(locale, { style: "percent", maximumFractionDigits: 0 }).format(value);
  const tiny = size > 0 && size < 0.001;
  const digits: Options = tiny
    ? { maximumSignificantDigits: 2 }
    : { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return numbers(locale, { style: "percent", ...digits }).format(value);
}

function plain(value: number, locale: string | undefined, compact: boolean): string {
  const size = Math.abs(value);
  if (compact && size >= 10_000)
    return numbers(locale, { notation: "compact", maximumSignificantDigits: 3 }).format(value);
  return numbers(locale, places(value, size >= 1000 ? 0 : 1)).format(value);
}

const WORDS: Record<string, Options> = {
  days: { style: "unit", unit: "day", unitDisplay: "long" },
  hours: { style: "unit", unit: "hour", unitDisplay: "short" },
  minutes: { style: "unit", unit: "minute", unitDisplay: "short" },
  months: { style: "unit", unit: "month", unitDisplay: "long" },
};

const MINUTES: Record<string, number> = { minutes: 1, hours: 60, days: 1440 };

/** Minutes and hours in the unit they are read in: up to 90 minutes, then up to two days in hours, then in days. */
function readable(value: number, unit: string): [number, string] {
  if (unit !== "minutes" && unit !== "hours") return [value, unit];
  const minutes = value * MINUTES[unit]!;
  const read = Math.abs(minutes) < 90 ? "minutes" : Math.abs(minutes) < 2 * 1440 ? "hours" : "days";
  return [minutes / MINUTES[read]!, read];
}

/** The value in its unit: `27.4%`, `€1,234,567`, `12.3 days`; compact on cards: `€1.23M`. Unknown is –. */
export function show(given: number | null | undefined, look: Look, compact = false): string {
  if (given === null || given === undefined || !Number.isFinite(given)) return UNKNOWN;
  const { locale } = look;
  const [value, unit] = readable(given, look.unit);
  if (unit === "fraction") return percent(value, locale);
  if (unit === "money" || unit === "money_per_day") return money(value, look, compact, unit === "money_per_day");
  if (unit === "ratio") return numbers(locale, places(value, 2, 2)).format(value);
  const words = WORDS[unit];
  if (words) return numbers(locale, { ...words, ...places(value, Math.abs(value) >= 1000 ? 0 : 1) }).format(value);
  if (unit === "points") return numbers(locale, places(value, 1, 1)).format(value);
  return plain(value, locale, compact);
}

/** As short as an axis wants it: `30%`, `€1.2M`. */
export function showTick(value: number, look: Look): string {
  const { unit, locale } = look;
  if (unit === "minutes" || unit === "hours") return show(value, look);
  if (unit === "fraction") return numbers(locale, { style: "percent", maximumFractionDigits: 1 }).format(value);
  if (unit === "money" && isCode(look.currency))
    return numbers(locale, { style: "currency", currency: look.currency, currencyDisplay: "narrowSymbol", notation: "compact", maximumSignificantDigits: 3 }).format(value);
  return numbers(locale, { notation: "compact", maximumFractionDigits: 2 }).format(value);
}

/** With every digit that was computed, for whoever looks closer. */
export function exact(value: number | null | undefined, look: Look): string {
  if (value === null || value === undefined) return UNKNOWN;
  const { unit, locale } = look;
  const many: Options = { maximumSignificantDigits: 10 };
  if (unit === "fraction") return numbers(locale, { style: "percent", maximumSignificantDigits: 8 }).format(value);
  if ((unit === "money" || unit === "money_per_day") && isCode(look.currency)) {
    const text = numbers(locale, { style: "currency", currency: look.currency }).format(value);
    return unit === "money" ? text : `${text}/day`;
  }
  const words = WORDS[unit];
  if (words) return numbers(locale, { ...words, ...many }).format(value);
  return numbers(locale, many).format(value);
}

/** How far it moved: shares in percentage points, points and ratios as they are, the rest in % of what it was. */
export function showChange(
  change: number | null | undefined,
  before: number | null | undefined,
  look: Look,
): string {
  if (change === null || change === undefined || !Number.isFinite(change)) return "";
  const { unit, locale } = look;
  const told = (value: number, most: number) => numbers(locale, { signDisplay: "exceptZero", ...places(value, most, 1) }).format(value);
  if (unit === "fraction") return `${told(change * 100, 1)} pp`;
  if (unit === "points") return `${told(change, 1)} pts`;
  if (unit === "ratio") return told(change, 2);
  if (before === null || before === undefined || before <= 0) return signedValue(change, look);
  const share = change / before;
  return numbers(locale, { signDisplay: "exceptZero", style: "percent", ...places(share * 100, 1, 1) }).format(share);
}

/** A difference in the unit itself: `+€12.3K`, `−3`. */
export function signedValue(value: number | null, look: Look): string {
  if (value === null) return UNKNOWN;
  return signed(value, show(Math.abs(value), look, true));
}

/** The text of a size with the sign of its value. */
export const signed = (value: number, text: string): string => (value === 0 ? text : `${value > 0 ? "+" : MINUS}${text}`);

/** `23.6% – 36.3%`: where the value may truly lie, in words. */
export function showInterval(lower: number | null, upper: number | null, look: Look): string {
  if (lower === null || upper === null) return "";
  return `${show(lower, look, true)} – ${show(upper, look, true)}`;
}

export function showCount(value: number | null | undefined, locale?: string): string {
  return value === null || value === undefined ? UNKNOWN : numbers(locale, {}).format(value);
}

/** `1 row`, `1,200 rows`. */
export function counted(value: number, one: string, many = `${one}s`, locale?: string): string {
  return `${showCount(value, locale)} ${value === 1 ? one : many}`;
}
