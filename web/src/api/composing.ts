// KPIs by formula: what they may be made of, what a draft comes to, and how it is kept.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import { queries } from "./memory";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Draft = Schemas["Draft"];
export type Composed = Schemas["ComposedTold"];
export type Measures = Schemas["MeasuresTold"];
export type Taken = Schemas["TakenTold"];
export type Fault = Schemas["DraftFault"];

export const measures = queryOptions({
  queryKey: ["measures"] as const,
  queryFn: ({ signal }) => told<Measures>(client.GET("/api/v1/measures", { signal })),
});

export const previewOf = (body: Schemas["Typed"]) =>
  queryOptions({
    queryKey: ["preview", body] as const,
    queryFn: ({ signal }) => told<Composed>(client.POST("/api/v1/catalog/preview", { body, signal })),
    placeholderData: keepPreviousData,
  });

export const draftOf = (kpi: string) =>
  queryOptions({
    queryKey: ["draft", kpi] as const,
    queryFn: ({ signal }) => told<Schemas["DraftTold"]>(client.GET("/api/v1/catalog/{kpi}/draft", { params: { path: { kpi } }, signal })),
    staleTime: 0, // others change it, too
  });

export const compose = (body: Draft) => told<Schemas["KeptKpi"]>(client.POST("/api/v1/catalog", { body }));

/** `kpi`: what it was called when it was read. */
export const changeKpi = (kpi: string, body: Draft, version: string) =>
  told<Schemas["KeptKpi"]>(client.PUT("/api/v1/catalog/{kpi}", { params: { path: { kpi } }, body: { ...body, version } }));

export const removeKpi = (kpi: string) => told(client.DELETE("/api/v1/catalog/{kpi}", { params: { path: { kpi } } }));

export type Use = Schemas["UseTold"];

export const usesOf = (kpi: string) =>
  queryOptions({
    queryKey: ["uses", kpi] as const,
    queryFn: ({ signal }) => told<Schemas["UsesTold"]>(client.GET("/api/v1/catalog/{kpi}/uses", { params: { path: { kpi } }, signal })),
    staleTime: 0, // others keep things, too
  });

/** Definitions changed: whatever was told by them is asked again. */
export const definitionsChanged = () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
