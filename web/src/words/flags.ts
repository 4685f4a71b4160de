// What a reader must know about a figure, in words. A flag of the user's own catalog is told by its name.

const KNOWN: Record<string, string> = {
  partial_period: "The period is not over yet",
  immature_cohort: "The cohort is still young: the figure will move",
  small_sample: "A small sample: read it with care",
  insufficient_data: "Too little data to say",
  grown_within: "Revenue more than doubled in this period: much of what was lost had come within it, so look at single months",
  registered_before: "Some who came had registered before the period",
  suppressed: "Not shown: the group is too small",
  unmatched_rows: "With rows that match no account",
  gross_margin_not_set: "No gross margin is set: 100 % is assumed",
  never: "It never happened",
};

export const flagWords = (flag: string): string => KNOWN[flag] ?? sentence(flag.replaceAll("_", " "));

/** Those a card shows: rows that match no account are said on the page behind it. */
export const loudFlags = (flags: readonly string[]): string[] => flags.filter((flag) => flag !== "unmatched_rows");

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
