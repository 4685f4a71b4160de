// Which accounts a number is of, in words.

export const SCOPES = {
  all: "All accounts",
  customers: "Customers",
  target: "Target accounts",
  control: "Control group",
  non_target: "Not targeted",
};

/** Beside a number: `customers`; nothing where it is of all. */
export function scopeWords(scope: string | undefined): string | undefined {
  if (scope === undefined || scope === "all") return undefined;
  return SCOPES[scope as keyof typeof SCOPES]?.toLowerCase() ?? scope.replace("_", " ");
}
