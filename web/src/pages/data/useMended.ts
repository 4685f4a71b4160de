// Rows mended since the last refresh: kept by the server, and remembered here so that they are not mended twice.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { DATA, type MendedRow, mendRows } from "@/api/data";
import { keyOf } from "./telling";

const KEY = [DATA, "mended"] as const;
const NONE: ReadonlySet<string> = new Set();

export function useMended() {
  const queries = useQueryClient();
  // A new snapshot renews all that was asked, and so forgets these: they were taken in, or stand in quarantine again.
  const { data: kept = NONE } = useQuery({ queryKey: KEY, queryFn: () => NONE, initialData: NONE, staleTime: Number.POSITIVE_INFINITY, gcTime: Number.POSITIVE_INFINITY });
  const mend = useMutation({
    mutationFn: (rows: readonly MendedRow[]) => mendRows(rows),
    onSuccess: (count, rows) => {
      const one = rows.length === count ? rows : []; // of a file it is not told which of its rows were changed
      const keys = one.map((row) => keyOf({ table: String(row.table), source: String(row.source), row_number: Number(row.row_number) }));
      queries.setQueryData<ReadonlySet<string>>(KEY, (before) => new Set([...(before ?? NONE), ...keys]));
    },
  });
  return { kept, mend };
}
