// What the pages about stages and about revenue ask.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
type Words<Name extends keyof operations> = operations[Name] extends { parameters: { query?: infer Query } } ? NonNullable<Query> : never;

export type Journey = Schemas["JourneyTold"];
export type Stage = Schemas["StageTold"];
export type StageMove = Schemas["MoveTold"];
export type Cohorts = Schemas["CohortsTold"];
export type Cohort = Schemas["CohortTold"];
export type Onward = Schemas["OnwardTold"];
export type Movements = Schemas["Movements"];
export type Movement = Schemas["Movement"];
export type Step = Schemas["Step"];
export type Retention = Schemas["Retention"];
export type RetentionCohort = Schemas["RetentionCohort"];

export const journeyOf = (period: string) =>
  queryOptions({
    queryKey: ["journey", period] as const,
    queryFn: ({ signal }) => told<Journey>(client.GET("/api/v1/journey", { params: { query: { period } }, signal })),
    placeholderData: keepPreviousData,
  });

export interface CohortWords {
  stage: string;
  period: string;
  grain: "week" | "month" | "quarter" | "year";
  by?: string;
  within_days: number;
}

export const cohortsOf = (words: CohortWords) =>
  queryOptions({
    queryKey: ["cohorts", words] as const,
    queryFn: ({ signal }) => told<Cohorts>(client.GET("/api/v1/cohorts", { params: { query: words as Words<"cohorts_api_v1_cohorts_get"> }, signal })),
    placeholderData: keepPreviousData,
  });

const LED = 100; // accounts told of each kind of movement

export const movementsOf = (words: { period: string; grain: "month" | "quarter" | "year"; where?: string }) =>
  queryOptions({
    queryKey: ["movements", words] as const,
    queryFn: ({ signal }) => told<Movements>(client.GET("/api/v1/movements", { params: { query: { ...words, top: LED } as Words<"all_movements_api_v1_movements_get"> }, signal })),
    placeholderData: keepPreviousData,
  });

export const retentionOf = (words: { period: string; grain: "month" | "quarter" | "year" }) =>
  queryOptions({
    queryKey: ["retention", words] as const,
    queryFn: ({ signal }) => told<Retention>(client.GET("/api/v1/retention", { params: { query: words as Words<"all_retention_api_v1_retention_get"> }, signal })),
    placeholderData: keepPreviousData,
  });
