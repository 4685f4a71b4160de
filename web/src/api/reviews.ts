// Reviews: those there are, one made now, a frozen one as it was reported and beside what is known now.

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { BASE, client, told } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Reviews = Schemas["ReportsTold"];
export type Frozen = Schemas["FrozenTold"];
export type ReviewTold = Schemas["ReviewTold"];
export type Review = Schemas["Report"];
export type ReviewFigure = Schemas["Figure"];
export type ReviewSection = Schemas["Section"];
export type ReviewTable = Schemas["Table"];
export type ReviewChart = Schemas["Chart"];
export type KnownNow = Schemas["KnownNowTold"];
export type Restated = Schemas["RestatedTold"];
export type Cadence = Frozen["cadence"];
export type Audience = Frozen["audience"];

/** Which review is wanted: its cadence, whom it is about (`team:Sales`), of which period. */
export interface Wanted {
  cadence: Cadence;
  audience: string;
  period?: string;
}

const REVIEWS = "reviews";

export const reviewsAll = queryOptions({
  queryKey: [REVIEWS] as const,
  queryFn: ({ signal }) => told<Reviews>(client.GET("/api/v1/reports", { signal })),
  staleTime: 0, // others freeze some, too
});

export const reviewOf = (wanted: Wanted) =>
  queryOptions({
    queryKey: [REVIEWS, "made", wanted] as const,
    queryFn: ({ signal }) => told<ReviewTold>(client.GET("/api/v1/reports/review", { params: { query: wanted }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0, // notes and targets stand in it
    retry: false,
  });

export const frozenOf = (id: string) =>
  queryOptions({
    queryKey: [REVIEWS, "frozen", id] as const,
    queryFn: ({ signal }) => told<ReviewTold>(client.GET("/api/v1/reports/frozen/{id_}", { params: { path: { id_: id } }, signal })),
    retry: false,
  });

export const knownNowOf = (id: string) =>
  queryOptions({
    queryKey: [REVIEWS, "now", id] as const,
    queryFn: ({ signal }) => told<KnownNow>(client.GET("/api/v1/reports/frozen/{id_}/now", { params: { path: { id_: id } }, signal })),
    staleTime: 0,
    retry: false,
  });

export const freezeReview = (body: Wanted) => told<ReviewTold>(client.POST("/api/v1/reports/frozen", { body }));

/** Where a review is to be had as a file. */
export const fileOfFrozen = (id: string, format: string): string => `${BASE}/reports/frozen/${encodeURIComponent(id)}?format=${format}`;

export const fileOfMade = ({ cadence, audience, period }: Wanted, format: string): string =>
  `${BASE}/reports/review?${new URLSearchParams({ cadence, audience, ...(period && { period }), format })}`;
