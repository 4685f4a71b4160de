// Until when something is snoozed: days of the reader's own calendar, each to its end.

const written = (date: Date): string => [date.getFullYear(), String(date.getMonth() + 1).padStart(2, "0"), String(date.getDate()).padStart(2, "0")].join("-");

/** The day so many days from today. */
export function dayAfter(days: number, today: Date = new Date()): string {
  return written(new Date(today.getFullYear(), today.getMonth(), today.getDate() + days));
}

/** The last moment of a day where the reader is, as the API reads it. */
export function endOfDay(day: string): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  return new Date(year, month - 1, date, 23, 59, 59).toISOString();
}
