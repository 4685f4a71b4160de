// Portfolios by account manager, and what colleagues answered.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

export type Team = components["schemas"]["Team"];
export type Portfolio = components["schemas"]["Portfolio"];
export type Fair = components["schemas"]["Fair"];
export type Satisfaction = components["schemas"]["Satisfaction"];

export const teamOf = (period: string, on?: "warehouse") =>
  queryOptions({
    queryKey: ["team", period, on] as const,
    queryFn: ({ signal }) => told<Team>(client.GET("/api/v1/team", { params: { query: { period, on } }, signal })),
    placeholderData: keepPreviousData,
  });
