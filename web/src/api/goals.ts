// Business goals: what there is to choose from, one of them, and the start with it.

import { queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type GoalShort = Schemas["GoalShort"];
export type Goal = Schemas["GoalTold"];
export type Serving = Schemas["ServingTold"];
export type Aim = Schemas["AimTold"];
export type Lack = Schemas["LackTold"];

const GOALS = "goals";

export const goals = queryOptions({
  queryKey: [GOALS] as const,
  queryFn: async ({ signal }) => (await told<Schemas["GoalsTold"]>(client.GET("/api/v1/goals", { signal }))).goals,
  staleTime: 0, // others start, too
});

export const goalOf = (goal: string) =>
  queryOptions({
    queryKey: [GOALS, goal] as const,
    queryFn: ({ signal }) => told<Goal>(client.GET("/api/v1/goals/{goal}", { params: { path: { goal } }, signal })),
    staleTime: 0,
    retry: false,
  });

export const startGoal = (goal: string) => told<Goal>(client.POST("/api/v1/goals/{goal}/start", { params: { path: { goal } }, body: {} }));
