// How a number looks: by the unit the catalog gives it, the workspace's currency and the reader's locale.

export const UNKNOWN = "–";

export interface Look {
  unit: string;
  currency?: string;
  locale?: string;
}

type Options = Intl.NumberFormatOptions;

const made = new Map<string, Intl.NumberFormat>();

function numbers(locale: string | undefined, options: Options): Intl.NumberFormat {
  const key = `${locale ?? ""}${JSON.stringify(options)}`;
  const known = made.get(key);
  if (known) return known;
  const fresh = new Intl.NumberFormat(locale, options);
  made.set(key, fresh);
  return fresh;
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
  return numbers(locale, { maximumFractionDigits: Number.isInteger(value) || size >= 1000 ? 0 : 1 }).format(value);
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
  if (unit === "ratio") return numbers(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
  const words = WORDS[unit];
  if (words) return numbers(locale, { ...words, maximumFractionDigits: Math.abs(value) >= 1000 ? 0 : 1 }).format(value);
  if (unit === "points")
    return numbers(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);
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
  const signed: Options = { signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 };
  if (unit === "fraction") return `${numbers(locale, signed).format(change * 100)} pp`;
  if (unit === "points") return `${numbers(locale, signed).format(change)} pts`;
  if (unit === "ratio") return numbers(locale, { ...signed, maximumFractionDigits: 2 }).format(change);
  if (before === null || before === undefined || before <= 0) return signedValue(change, look);
  return numbers(locale, { ...signed, style: "percent" }).format(change / before);
}

/** A difference in the unit itself: `+€12.3K`, `−3`. */
export function signedValue(value: number | null, look: Look): string {
  if (value === null) return UNKNOWN;
  const text = show(Math.abs(value), look, true);
  return value === 0 ? text : `${value > 0 ? "+" : "−"}${text}`;
}

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
