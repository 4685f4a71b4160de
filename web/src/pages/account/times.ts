// Days away and shares, as they are said.

import { numberText } from "@/words/format";
import { agoText, relative } from "@/words/periods";

export const inDays = (days: number, locale?: string): string =>
  Math.abs(days) < 120 ? relative(locale).format(days, "day") : relative(locale).format(Math.round(days / 30.4), "month");

/** `today`, `3 days ago`, against the moment the data ends. */
export const daysAgo = (moment: string, now: Date, locale?: string): string =>
  now.getTime() - new Date(moment).getTime() < 86_400_000 ? relative(locale).format(0, "day") : agoText(moment, now, locale);

export const percentText = (share: number, locale?: string): string =>
  numberText(share, { style: "percent", maximumFractionDigits: share < 0.1 ? 1 : 0 }, locale);
