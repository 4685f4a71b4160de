// Dashboards, their templates, saved views and notes: what is asked and what is changed.

import { queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type BoardShort = Schemas["DashboardShort"];
export type Board = Schemas["DashboardTold"];
export type BoardLayout = Schemas["Layout"];
export type Narrowing = Schemas["Narrowing"];
export type Tile = Schemas["Tile"];
export type Box = Schemas["Box"];
export type Shared = Schemas["Shared"];
export type Template = Schemas["TemplateTold"];
export type Note = Schemas["NoteTold"];

export const boards = queryOptions({
  queryKey: ["dashboards"] as const,
  queryFn: async ({ signal }) => (await told<Schemas["DashboardsTold"]>(client.GET("/api/v1/dashboards", { signal }))).dashboards,
  staleTime: 0, // others change them, too
});

export const boardOf = (id: string) =>
  queryOptions({
    queryKey: ["dashboards", id] as const,
    queryFn: ({ signal }) => told<Board>(client.GET("/api/v1/dashboards/{id_}", { params: { path: { id_: id } }, signal })),
    staleTime: 0,
    retry: false,
  });

export const boardTemplates = queryOptions({
  queryKey: ["dashboard templates"] as const,
  queryFn: async ({ signal }) => (await told<Schemas["TemplatesTold"]>(client.GET("/api/v1/dashboards/templates", { signal }))).templates,
});

export const addBoard = (body: BoardLayout) => told<Board>(client.POST("/api/v1/dashboards", { body }));

export const changeBoard = (id: string, body: Schemas["Changed"]) =>
  told<Board>(client.PATCH("/api/v1/dashboards/{id_}", { params: { path: { id_: id } }, body }));

export const dropBoard = (id: string) => told<void>(client.DELETE("/api/v1/dashboards/{id_}", { params: { path: { id_: id } } }));

export type SavedView = Schemas["ViewTold"];

export const savedViews = (page: string) =>
  queryOptions({
    queryKey: ["views", page] as const,
    queryFn: async ({ signal }) => (await told<Schemas["ViewsTold"]>(client.GET("/api/v1/views", { params: { query: { page } }, signal }))).views,
  });

/** Of every page. */
export const everyView = queryOptions({
  queryKey: ["views", "every"] as const,
  queryFn: async ({ signal }) => (await told<Schemas["ViewsTold"]>(client.GET("/api/v1/views", { signal }))).views,
  staleTime: 0,
});

export const keepView = (body: Schemas["NewView"]) => told<Schemas["ViewsTold"]>(client.PUT("/api/v1/views", { body }));

export const dropView = (id: string) => told<void>(client.DELETE("/api/v1/views/{id_}", { params: { path: { id_: id } } }));

/** Notes of these days, the first and the last included. */
export const notesOf = (since: string | undefined, until: string | undefined) =>
  queryOptions({
    queryKey: ["notes", since, until] as const,
    queryFn: async ({ signal }) => (await told<Schemas["NotesTold"]>(client.GET("/api/v1/notes", { params: { query: { since, until } }, signal }))).notes,
    staleTime: 0,
    enabled: since !== undefined,
  });

/** Notes about an account, of all times or of a period; the newest day first. */
export const notesOfAccount = (account: string, period?: string) =>
  queryOptions({
    queryKey: ["notes", "of", account, period] as const,
    queryFn: async ({ signal }) => (await told<Schemas["NotesTold"]>(client.GET("/api/v1/notes", { params: { query: { account_id: account, period } }, signal }))).notes,
    placeholderData: (before, query) => (query?.queryKey[2] === account ? before : undefined),
    staleTime: 0,
  });

export const writeNote = (body: Schemas["NewNote"]) => told<Schemas["NotesTold"]>(client.POST("/api/v1/notes", { body }));

export const changeNote = (id: string, text: string) => told<void>(client.PATCH("/api/v1/notes/{id_}", { params: { path: { id_: id } }, body: { text } }));

export const dropNote = (id: string) => told<void>(client.DELETE("/api/v1/notes/{id_}", { params: { path: { id_: id } } }));
