// What pages ask, each as options for TanStack Query: the key holds the whole question, so that it is asked once.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Answer } from "@/words/answer";
import type { Good } from "@/words/change";
import { BASE, client, told } from "./client";
import { problemOf, UNREACHABLE } from "./problem";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

/** A KPI as the list of the catalog tells it. */
export type KpiShort = Schemas["KpiShort"] & { good: Good };
export type Catalog = Schemas["CatalogTold"] & { kpis: KpiShort[] };
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
}

type AskedWords = NonNullable<operations["query_api_v1_query_get"]["parameters"]["query"]>;

export const answerOf = (question: Question) =>
  queryOptions({
    queryKey: ["query", question] as const,
    queryFn: ({ signal }) => told<Answer>(client.GET("/api/v1/query", { params: { query: question as AskedWords }, signal })),
    placeholderData: keepPreviousData,
    enabled: question.kpis.length > 0,
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

export interface Choice {
  id: string;
  label: string;
}

const EVERYWHERE = "engaged_account_rate"; // of every account, whether anything happened there or not

/** The values a dimension has, as a filter offers them. */
export const valuesOf = (name: string) => ({
  ...answerOf({ kpis: [EVERYWHERE], by: [name], period: "last-12-months" }),
  placeholderData: undefined,
  select: (answer: Answer): Choice[] =>
    answer.groups
      .filter((group) => !group.flag && group.by[name] !== "(unmatched)")
      .map((group) => ({ id: group.by[name] as string, label: group.names?.[name] ?? (group.by[name] as string) })),
});
