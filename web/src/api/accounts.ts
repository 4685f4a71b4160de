// What the accounts' table and an account's page ask.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
type Words<Name extends keyof operations> = operations[Name] extends { parameters: { query?: infer Query } } ? NonNullable<Query> : never;

export type AccountsTold = Schemas["AccountsTold"];
export type ColumnTold = Schemas["ColumnTold"];

/** Which accounts, in which order, with which columns. */
export interface AccountsQuestion {
  columns: readonly string[];
  search?: string;
  where?: string;
  having?: readonly string[];
  stages?: readonly string[];
  lists?: readonly string[];
  sort: string;
  period: string;
  compare?: string;
  spark?: number; // months
}

export const accountsBlock = (question: AccountsQuestion, offset: number, limit: number) =>
  queryOptions({
    queryKey: ["accounts", question, offset, limit] as const,
    queryFn: ({ signal }) =>
      told<AccountsTold>(client.GET("/api/v1/accounts", { params: { query: { ...question, offset, limit } as Words<"accounts_api_v1_accounts_get"> }, signal })),
    gcTime: 5 * 60_000, // many blocks are passed while scrolling
  });

/** How many accounts each stage and each list would show, all else that is asked as it is. */
export const groupsOf = ({ columns: _none, ...question }: AccountsQuestion) =>
  queryOptions({
    queryKey: ["accounts by group", question] as const,
    queryFn: async ({ signal }) =>
      (await told<AccountsTold>(client.GET("/api/v1/accounts", { params: { query: { ...question, columns: ["account_id"], groups: true, limit: 1 } as Words<"accounts_api_v1_accounts_get"> }, signal }))).groups,
    placeholderData: keepPreviousData,
  });

export type GroupCount = Schemas["GroupCount"];

export type Head = Schemas["Header"];
export type Timeline = Schemas["Timeline"];
export type Entry = Timeline["entries"][number];
export type PeopleMap = Schemas["PeopleMap"];
export type Contact = PeopleMap["contacts"][number];
export type Peers = Schemas["Peers"];
export type Peer = Peers["kpis"][number];
export type Need = Schemas["Need"];

export const headOf = (id: string, period: string, on?: "warehouse") =>
  queryOptions({
    queryKey: ["account", id, period, on] as const,
    queryFn: ({ signal }) => told<Head>(client.GET("/api/v1/accounts/{name}", { params: { path: { name: id }, query: { period, on } }, signal })),
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });

export interface TimelineWords {
  kinds?: readonly string[];
  person?: string;
  period?: string;
  on?: "warehouse";
}

const ENTRIES = 60;

export const timelineOf = (id: string, words: TimelineWords, limit = ENTRIES) =>
  infiniteQueryOptions({
    queryKey: ["timeline", id, words, limit] as const,
    queryFn: ({ signal, pageParam }) =>
      told<Timeline>(
        client.GET("/api/v1/accounts/{name}/timeline", {
          params: { path: { name: id }, query: { ...words, limit, cursor: pageParam } as Words<"account_timeline_api_v1_accounts__name__timeline_get"> },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.cursor ?? undefined,
  });

export const peopleOf = (id: string, on?: "warehouse") =>
  queryOptions({
    queryKey: ["people of", id, on] as const,
    queryFn: ({ signal }) => told<PeopleMap>(client.GET("/api/v1/accounts/{name}/people", { params: { path: { name: id }, query: { on } }, signal })),
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });

export const peersOf = (id: string, period: string, on?: "warehouse") =>
  queryOptions({
    queryKey: ["peers of", id, period, on] as const,
    queryFn: ({ signal }) => told<Peers>(client.GET("/api/v1/accounts/{name}/peers", { params: { path: { name: id }, query: { period, on } }, signal })),
    placeholderData: keepPreviousData,
  });

export type Deals = Schemas["Deals"];
export type AccountDeal = Deals["deals"][number];
export type Holdings = Schemas["Holdings"];

export const dealsOf = (id: string) =>
  queryOptions({
    queryKey: ["deals of", id] as const,
    queryFn: ({ signal }) => told<Deals>(client.GET("/api/v1/accounts/{name}/opportunities", { params: { path: { name: id } }, signal })),
  });

export const holdingsOf = (id: string) =>
  queryOptions({
    queryKey: ["holdings of", id] as const,
    queryFn: ({ signal }) => told<Holdings>(client.GET("/api/v1/accounts/{name}/revenue", { params: { path: { name: id } }, signal })),
  });

/** What waits with one account. */
export const todosOfAccount = (id: string) =>
  queryOptions({
    queryKey: ["todo of", id] as const,
    queryFn: async ({ signal }) => (await told<Schemas["TodosTold"]>(client.GET("/api/v1/todo", { params: { query: { account: id } }, signal }))).items,
  });
