// Lists and tiers: what is asked and what is changed.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Lists = Schemas["ListsTold"];
export type ListShort = Schemas["ListTold"];
export type Members = Schemas["MembersTold"];
export type Member = Schemas["Member"];
export type Tiers = Schemas["TiersTold"];
export type Fault = Schemas["RowFault"];
export type Edited = Schemas["EditedTold"];
export type Tiered = Schemas["TieredTold"];
export type Group = "target" | "control";

export const LISTS = "lists"; // what is changed in one place is told by others, too: they are asked again together

export const listsOf = (period: string) =>
  queryOptions({
    queryKey: [LISTS, "all", period] as const,
    queryFn: ({ signal }) => told<Lists>(client.GET("/api/v1/lists", { params: { query: { period } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0, // others change them, too
  });

export interface MembersQuestion {
  on?: string;
  search?: string;
  where?: string;
}

export const membersOf = (name: string, question: MembersQuestion) =>
  queryOptions({
    queryKey: [LISTS, "members", name, question] as const,
    queryFn: ({ signal }) => told<Members>(client.GET("/api/v1/lists/{name}", { params: { path: { name }, query: question }, signal })),
    placeholderData: (before, query) => (query?.queryKey[2] === name ? before : undefined),
    staleTime: 0,
  });

export const tiersNow = queryOptions({
  queryKey: [LISTS, "tiers"] as const,
  queryFn: ({ signal }) => told<Tiers>(client.GET("/api/v1/tiers", { signal })),
  staleTime: 0,
});

const named = (name: string) => ({ path: { name } });

export const createList = (name: string) => told<Edited>(client.POST("/api/v1/lists", { body: { name } }));

export const joinList = (name: string, body: Schemas["Joining"]) => told<Edited>(client.POST("/api/v1/lists/{name}/members", { params: named(name), body }));

export const leaveList = (name: string, body: Schemas["Leaving"]) => told<Edited>(client.POST("/api/v1/lists/{name}/members/removed", { params: named(name), body }));

export const importList = (name: string, body: Schemas["ImportAsked"]) => told<Edited>(client.POST("/api/v1/lists/{name}/import", { params: named(name), body }));

export const setTier = (body: Schemas["TiersAsked"]) => told<Tiered>(client.POST("/api/v1/tiers", { body }));

export const importTiers = (body: Schemas["TiersImportAsked"]) => told<Tiered>(client.POST("/api/v1/tiers/import", { body }));
