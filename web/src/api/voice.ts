// What customers say: comments, and what of it the data lack. Figures are asked like all others.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

export type Voice = components["schemas"]["Voice"];
export type Comment = components["schemas"]["Comment"];

export const COMMENTS = 200; // the most that are told at once

export const voiceOf = (period: string, survey?: "nps" | "csat" | "ces") =>
  queryOptions({
    queryKey: ["voice", period, survey] as const,
    queryFn: ({ signal }) => told<Voice>(client.GET("/api/v1/voice", { params: { query: { period, survey, limit: COMMENTS } }, signal })),
    placeholderData: keepPreviousData,
  });
