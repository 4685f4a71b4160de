// What pages ask, each as options for TanStack Query: the key holds the whole question, so that it is asked once.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Answer } from "@/words/answer";
import type { Good } from "@/words/change";
import { BASE, client, everyPage, told } from "./client";
import { problemOf, UNREACHABLE } from "./problem";
import type { components, operations } from "./schema";
import type { ExplainedRows } from "@/words/search";

type Schemas = components["schemas"];

/** A KPI as the list of the catalog tells it. */
export type KpiShort = Schemas["KpiShort"] & { good: Good };
export type Catalog = Omit<Schemas["CatalogTold"], "kpis"> & { kpis: KpiShort[] };
export type Definition = Schemas["DefinitionTold"] & { good: Good };

export const catalog = queryOptions({
  queryKey: ["catalog"] as const,
  queryFn: ({ signal }) => told<Catalog>(client.GET("/api/v1/catalog", { signal })),
});

export const definition = (name: string) =>
  queryOptions({
    queryKey: ["catalog", name] as const,
    queryFn: ({ signal }) => told<Definition>(client.GET("/api/v1/catalog/{kpi}", { params: { path: { kpi: name } }, signal })),
  });

export interface Question {
  kpis: readonly string[];
  by?: readonly string[];
  period?: string;
  grain?: "day" | "week" | "month" | "quarter" | "year" | "total";
  where?: string;
  scope?: string;
  compare?: readonly string[];
  top?: number;
  lowest?: boolean;
  on?: "warehouse"; // where rows lie that are not kept here
}

export const answerOf = (question: Question) =>
  queryOptions({
    queryKey: ["query", question] as const,
    queryFn: ({ signal }) => told<Answer>(client.GET("/api/v1/query", { params: { query: question as Words<"query_api_v1_query_get"> }, signal })),
    placeholderData: keepPreviousData,
    enabled: question.kpis.length > 0,
  });

export type Explanation = Schemas["ExplanationTold"] & { good: Good };
export type RowSet = Schemas["RowSetTold"];
export type Rows = Schemas["RowsTold"];

/** One number: a KPI over a period, of some accounts. */
export interface Single {
  kpi: string;
  period?: string;
  where?: string;
  scope?: string;
  snapshot?: string;
  on?: "warehouse";
}

type Words<Name extends keyof operations> = operations[Name] extends { parameters: { query?: infer Query } } ? NonNullable<Query> : never;

export const explanationOf = (single: Single & { compare?: "previous" | "year-ago" }) =>
  queryOptions({
    queryKey: ["explain", single] as const,
    queryFn: ({ signal }) => told<Explanation>(client.GET("/api/v1/explain", { params: { query: single as Words<"explain_api_v1_explain_get"> }, signal })),
  });

const ROWS_A_PAGE = 200;

export const rowsOf = (words: Single & ExplainedRows) =>
  infiniteQueryOptions({
    queryKey: ["rows", words] as const,
    queryFn: ({ signal, pageParam }) =>
      told<Rows>(client.GET("/api/v1/rows", { params: { query: { ...words, limit: ROWS_A_PAGE, cursor: pageParam } as Words<"rows_api_v1_rows_get"> }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export type Moves = Schemas["Moves"];
export type Todos = Schemas["TodosTold"];
export type Todo = Schemas["Todo"];

export const movesOf = (words: { kpis: readonly string[]; period: string; where?: string; top: number }) =>
  queryOptions({
    queryKey: ["moves", words] as const,
    queryFn: ({ signal }) => told<Moves>(client.GET("/api/v1/moves", { params: { query: words as Words<"all_moves_api_v1_moves_get"> }, signal })),
    placeholderData: keepPreviousData,
  });

export const todosOf = (kinds: readonly string[], limit: number) =>
  queryOptions({
    queryKey: ["todo", kinds, limit] as const,
    queryFn: ({ signal }) => told<Todos>(client.GET("/api/v1/todo", { params: { query: { kinds: [...kinds], limit } }, signal })),
  });

const MOST_AT_ONCE = 1000;

/** All that waits, however much. */
export const everyTodoOf = (kinds: readonly string[]) =>
  queryOptions({
    queryKey: ["todo", kinds, "every"] as const,
    queryFn: async ({ signal }) => {
      const pages = await everyPage((cursor) => told<Todos>(client.GET("/api/v1/todo", { params: { query: { kinds: [...kinds], limit: MOST_AT_ONCE, cursor } }, signal })));
      return { ...(pages[0] as Todos), items: pages.flatMap((page) => page.items) };
    },
  });

/** Accounts by a part of their name, domain or id. */
export const accountsLike = (search: string, limit: number) =>
  queryOptions({
    queryKey: ["accounts like", search, limit] as const,
    queryFn: ({ signal }) =>
      told<Schemas["AccountsTold"]>(client.GET("/api/v1/accounts", { params: { query: { search, limit, columns: ["tier", "industry"] } }, signal })),
    placeholderData: keepPreviousData,
  });

export type Reading = Schemas["ReadingTold"];

/** A sentence read as a question. */
export const readingOf = (text: string) =>
  queryOptions({
    queryKey: ["ask", text] as const,
    queryFn: ({ signal }) => told<Reading>(client.GET("/api/v1/ask", { params: { query: { text } }, signal })),
    placeholderData: keepPreviousData,
  });

/** The same as a file, in the form that is asked for. */
export async function fileOf(path: string, words: object, media = "text/csv"): Promise<Blob> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(words))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  const answer = await fetch(`${BASE}${path}?${search}`, { headers: { Accept: media } }).catch(() => {
    throw UNREACHABLE;
  });
  if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => null));
  return answer.blob();
}

/** What accounts can be filtered by, the usual first. */
export const dimensions = queryOptions({
  queryKey: ["dimensions"] as const,
  queryFn: ({ signal }) => told<Schemas["DimensionsTold"]>(client.GET("/api/v1/dimensions", { signal })),
});

/** The values a dimension has among the accounts that are seen, found by words. */
export const valuesOf = (name: string, search: string, limit: number) =>
  queryOptions({
    queryKey: ["dimensions", name, search, limit] as const,
    queryFn: ({ signal }) =>
      told<Schemas["ValuesTold"]>(client.GET("/api/v1/dimensions/{name}", { params: { path: { name }, query: { search, limit } }, signal })),
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
  });
