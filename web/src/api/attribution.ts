// What channels, campaigns and programs bring by every model, and what they cost.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

export type Attribution = components["schemas"]["Attribution"];
export type Source = components["schemas"]["Source"];
export type Crediting = "channel" | "campaign_id" | "program";

export const attributionOf = (period: string, by: Crediting) =>
  queryOptions({
    queryKey: ["attribution", period, by] as const,
    queryFn: ({ signal }) => told<Attribution>(client.GET("/api/v1/attribution", { params: { query: { period, by } }, signal })),
    placeholderData: keepPreviousData,
  });
