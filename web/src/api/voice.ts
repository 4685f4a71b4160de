// What customers say: their comments, and what of it the data lack. Figures are asked like all others.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

export type Voice = components["schemas"]["Voice"];
export type Comment = components["schemas"]["Comment"];

type Comments = components["schemas"]["CommentsTold"];

const A_PAGE = 200;

export const voiceOf = (period: string) =>
  queryOptions({
    queryKey: ["voice", period] as const,
    queryFn: ({ signal }) => told<Voice>(client.GET("/api/v1/voice", { params: { query: { period, limit: 0 } }, signal })),
    placeholderData: keepPreviousData,
  });

/** The latest first. */
export const commentsOf = (period: string, survey?: "nps" | "csat" | "ces") =>
  infiniteQueryOptions({
    queryKey: ["comments", period, survey] as const,
    queryFn: ({ signal, pageParam }) => told<Comments>(client.GET("/api/v1/voice/comments", { params: { query: { period, survey, limit: A_PAGE, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
