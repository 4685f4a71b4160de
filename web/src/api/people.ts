// Users, their links, API tokens and the audit log.

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type User = Schemas["UserTold"];
export type Role = User["role"];
export type Scope = Schemas["Scope"];
export type Token = Schemas["TokenTold"];
export type Line = Schemas["AuditLine"];
export type Link = Schemas["Invited"];

const PAGE = 100;
export const PEOPLE = "people"; // what changes one of these is told by the log, too: they are asked again together

export const users = queryOptions({
  queryKey: [PEOPLE, "users"] as const,
  queryFn: ({ signal }) => told<User[]>(client.GET("/api/v1/users", { signal })),
});

export const tokens = queryOptions({
  queryKey: [PEOPLE, "tokens"] as const,
  queryFn: ({ signal }) => told<Token[]>(client.GET("/api/v1/tokens", { signal })),
});

export const auditLog = infiniteQueryOptions({
  queryKey: [PEOPLE, "audit"] as const,
  initialPageParam: undefined as number | undefined,
  queryFn: ({ pageParam, signal }) => told<Schemas["AuditLines"]>(client.GET("/api/v1/audit", { params: { query: { limit: PAGE, before: pageParam } }, signal })),
  getNextPageParam: (page) => page.next ?? undefined,
});

export const invite = (body: Schemas["NewUser"]) => told<Link>(client.POST("/api/v1/users", { body }));

export const linkAgain = (id: string) => told<Link>(client.POST("/api/v1/invitations", { body: { user_id: id } }));

export const changeUser = (id: string, body: Schemas["ChangedUser"]) => told<User>(client.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, body }));

export const makeToken = (body: Schemas["NewToken"]) => told<Schemas["TokenMade"]>(client.POST("/api/v1/tokens", { body }));

export const revokeToken = (id: string) => told<void>(client.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: id } } }));
