// What a KPI cannot be known without, in words: tables, and columns of tables that no row fills.

/** `opportunities` stays; `opportunities.type` is the type of opportunities. */
export function lack(needs: string): string {
  const [entity, column] = needs.replaceAll("_", " ").split(".");
  return column ? `the ${column} of ${entity}` : (entity ?? "");
}

export const lacking = (needs: readonly string[]): string => needs.map(lack).join(" or ");
