// A number of a rule, in the unit it is thought in: shares as per cent.

import { NumberInput } from "@mantine/core";

const DIGITS = 10; // of what a share amounts to in per cent

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"]; // inputs stand in line

interface Props {
  label: string;
  value: number | null | undefined;
  fault?: string;
  hint?: string;
  unit?: string;
  currency?: string;
  suffix?: string;
  min?: number;
  max?: number;
  whole?: boolean;
  optional?: string; // what it is where it is left empty
  onChange: (value: number | null) => void;
}

export function Numeric({ label, value, fault, hint, unit, currency, suffix, min, max, whole = false, optional, onChange }: Props) {
  const scale = unit === "fraction" ? 100 : 1;
  const shown = value === null || value === undefined ? "" : Number((value * scale).toPrecision(DIGITS));
  const put = (typed: number | string) => onChange(typeof typed === "number" && Number.isFinite(typed) ? Number((typed / scale).toPrecision(DIGITS)) : null);
  return <NumberInput w={150} inputWrapperOrder={ORDER} label={label} description={hint} error={fault} placeholder={optional} value={shown} onChange={put} min={min} max={max} allowDecimal={!whole} suffix={suffix ?? suffixOf(unit, currency)} hideControls clampBehavior="none" thousandSeparator={false} />;
}

function suffixOf(unit: string | undefined, currency: string | undefined): string | undefined {
  if (unit === "fraction") return " %";
  if (unit === "money") return currency ? ` ${currency}` : undefined;
  return unit === "days" || unit === "hours" || unit === "minutes" || unit === "months" ? ` ${unit}` : undefined;
}
