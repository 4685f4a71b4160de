// What was asked is remembered until the data changes: answers belong to a snapshot, and that is immutable.

import { QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem";
import { session } from "./session";

const FRESH_MS = 5 * 60_000;
const KEPT_MS = 30 * 60_000;

export const queries = new QueryClient({
  queryCache: new QueryCache({
    // Somebody whose session ended is asked to sign in, wherever he is.
    onError: (error, query) => {
      if (asProblem(error).signedOut && query.queryKey[0] !== "session") void queries.invalidateQueries({ queryKey: session.queryKey });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      gcTime: KEPT_MS,
      refetchOnWindowFocus: false,
      networkMode: "always", // the server may be on this very machine, online or not
      retry: (count, error) => asProblem(error).status === 429 && count < 3,
    },
  },
});
