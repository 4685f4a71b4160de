// Targets: what is asked and what is changed.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Targets = Schemas["TargetsTold"];
export type Target = Schemas["TargetTold"];
export type Pace = Schemas["PaceTold"];
export type Kind = Schemas["ScopeTold"]["kind"];
export type Cascade = Schemas["CascadeTold"];
export type Over = Schemas["Splitting"]["over"];
export type Imported = Schemas["ImportTold"];
export type History = Schemas["HistoryTold"];

export const TARGETS = "targets"; // what is changed here is asked again wherever it is shown

export interface TargetsQuestion {
  pace?: boolean;
  kpi?: string;
  scope?: string;
  period?: string;
}

type Words = NonNullable<operations["all_targets_api_v1_targets_get"]["parameters"]["query"]>;

export const targetsOf = (question: TargetsQuestion) =>
  queryOptions({
    queryKey: [TARGETS, question] as const,
    queryFn: ({ signal }) => told<Targets>(client.GET("/api/v1/targets", { params: { query: question as Words }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0, // others set them, too
  });

export type TargetScopes = Schemas["ScopesTold"];

/** Of whom targets can be set, by name. */
export const targetScopes = (kind: Exclude<Kind, "company">, search: string, limit: number) =>
  queryOptions({
    queryKey: [TARGETS, "scopes", kind, search, limit] as const,
    queryFn: ({ signal }) => told<TargetScopes>(client.GET("/api/v1/targets/scopes", { params: { query: { kind, search, limit } }, signal })),
    placeholderData: (before, query) => (query?.queryKey[2] === kind ? before : undefined),
  });

const named = (id: string) => ({ path: { id_: id } });

export const historyOf = (id: string) =>
  queryOptions({
    queryKey: [TARGETS, "history", id] as const,
    queryFn: ({ signal }) => told<History>(client.GET("/api/v1/targets/{id_}/history", { params: named(id), signal })),
    staleTime: 0,
  });

export const partsOf = (id: string, over: Over) =>
  queryOptions({
    queryKey: [TARGETS, "parts", id, over] as const,
    queryFn: ({ signal }) => told<Cascade>(client.GET("/api/v1/targets/{id_}/parts", { params: { ...named(id), query: { over } }, signal })),
    staleTime: 0,
    retry: false,
  });

export const importTargets = (text: string, check: boolean) => told<Imported>(client.POST("/api/v1/targets/import", { body: { text, check } }));

export const retireTarget = (id: string) => told<Target>(client.POST("/api/v1/targets/{id_}/retire", { params: named(id), body: { note: "" } }));

export const splitTarget = (id: string, body: Schemas["Splitting"]) => told<Cascade>(client.POST("/api/v1/targets/{id_}/cascade", { params: named(id), body }));

export const gatherTarget = (id: string, over: Over) => told<Target>(client.POST("/api/v1/targets/{id_}/gather", { params: named(id), body: { over, note: "" } }));
