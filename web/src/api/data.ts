// What the numbers stand on: sources, the balance of rows, problems, quarantine, matches, snapshots; and what is decided.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Sources = Schemas["SourcesTold"];
export type Source = Schemas["SourceState"];
export type Fresh = Schemas["Fresh"];
export type Balance = Schemas["BalanceTold"];
export type Balanced = Schemas["Balanced"];
export type Finding = Schemas["ProblemTold"];
export type Quarantine = Schemas["QuarantineTold"];
export type Aside = Schemas["AsideRow"];
export type Reason = Schemas["ReasonTold"];
export type Matches = Schemas["MatchesTold"];
export type Waiting = Schemas["Waiting"];
export type Candidate = Schemas["CandidateTold"];
export type Decided = Schemas["DecisionTold"];
export type Preview = Schemas["PreviewTold"];
export type Moved = Schemas["Moved"];
export type Snapshot = Schemas["SnapshotShort"];
export type Difference = Schemas["DifferenceTold"];
export type Written = Schemas["Written"];

export const DATA = "data";
const ROWS_A_PAGE = 200;
export const MOST_AT_ONCE = 1000; // mended rows in one request

export const sources = queryOptions({
  queryKey: [DATA, "sources"] as const,
  queryFn: ({ signal }) => told<Sources>(client.GET("/api/v1/data/sources", { signal })),
});

export const balance = queryOptions({
  queryKey: [DATA, "balance"] as const,
  queryFn: ({ signal }) => told<Balance>(client.GET("/api/v1/data/balance", { signal })),
});

export const findings = queryOptions({
  queryKey: [DATA, "problems"] as const,
  queryFn: ({ signal }) => told<Schemas["ProblemsTold"]>(client.GET("/api/v1/data/problems", { signal })),
});

export interface AsideWords {
  table?: string;
  reason?: string;
}

export const quarantineOf = (words: AsideWords) =>
  infiniteQueryOptions({
    queryKey: [DATA, "quarantine", words] as const,
    queryFn: ({ signal, pageParam }) => told<Quarantine>(client.GET("/api/v1/data/quarantine", { params: { query: { ...words, limit: ROWS_A_PAGE, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export type MendedRow = Record<string, string | number | null>;

/** Keeps mended rows, as many at once as the API takes; how many of them were changed. */
export async function mendRows(rows: readonly MendedRow[]): Promise<number> {
  let kept = 0;
  for (let from = 0; from < rows.length; from += MOST_AT_ONCE) {
    const body = { rows: rows.slice(from, from + MOST_AT_ONCE) as Record<string, string | number | null>[] };
    kept += (await told<Written>(client.POST("/api/v1/data/quarantine/mended", { body }))).decided;
  }
  return kept;
}

export const MATCHES = [DATA, "matches"] as const;

export const matches = queryOptions({
  queryKey: MATCHES,
  queryFn: ({ signal }) => told<Matches>(client.GET("/api/v1/data/matches", { signal })),
});

/** What is decided of a value: it is an account, it is not that account, or it is nobody's. */
export interface Decision {
  value: string; // as the list says it: domain:acme.com
  account?: string;
  decision: "accept" | "reject";
}

/** What a decision would move. It is asked together with all that is decided and waits for the next refresh. */
export const previewOf = (decision: Decision, period: string, pending: readonly string[]) =>
  queryOptions({
    queryKey: [DATA, "preview", decision, period, pending] as const,
    queryFn: ({ signal }) => told<Preview>(client.POST("/api/v1/data/matches/preview", { body: { ...decision, period, note: "" }, signal })),
    retry: false,
  });

export const decide = (decision: Decision, note: string) => told<Written>(client.POST("/api/v1/data/matches", { body: { ...decision, note } }));

export const merge = (loser: string, survivor: string, on: string | undefined, note: string) => told<Written>(client.POST("/api/v1/data/merges", { body: { loser, survivor, on: on ?? null, note } }));

export const takeBack = (said: string) => told<Written>(client.DELETE("/api/v1/data/matches/{value}", { params: { path: { value: said } } }));

export const takeApart = (loser: string) => told<Written>(client.DELETE("/api/v1/data/merges/{loser}", { params: { path: { loser } } }));

export const snapshots = queryOptions({
  queryKey: [DATA, "snapshots"] as const,
  queryFn: async ({ signal }) => (await told<Schemas["SnapshotsTold"]>(client.GET("/api/v1/data/snapshots", { signal }))).snapshots,
});

export const differenceOf = (first: string, second: string) =>
  queryOptions({
    queryKey: [DATA, "difference", first, second] as const,
    queryFn: ({ signal }) => told<Difference>(client.GET("/api/v1/data/snapshots/diff", { params: { query: { first, second } }, signal })),
    placeholderData: keepPreviousData,
  });

export type Refresh = Schemas["RefreshTold"];
const AGAIN_MS = 1000;

/** How far the newest refresh is; asked again while one runs. */
export const refreshing = queryOptions({
  queryKey: ["refreshing"] as const,
  queryFn: ({ signal }) => told<Refresh>(client.GET("/api/v1/data/refresh", { signal })),
  staleTime: 0,
  refetchInterval: ({ state }) => (state.data?.state === "running" ? AGAIN_MS : false),
});

export const refresh = () => told<Refresh>(client.POST("/api/v1/data/refresh", { body: { full: false } }));
