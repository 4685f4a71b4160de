// What is sent by itself: deliveries, what became of them, the channels; and what is said of the workspace.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, everyPage, told } from "./client";
import { queries } from "./memory";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Delivery = Schemas["DeliveryTold"];
export type Sending = Schemas["SendingTold"];
export type Status = Sending["status"];
export type Ways = Schemas["WaysTold"];
export type Channel = Schemas["ChannelTold"];
export type Parcel = Schemas["ParcelTold"];
export type Typed = Schemas["TypedDelivery"];
export type Tried = Schemas["CheckedDelivery"];
export type Said = Schemas["Said"];

const DELIVERIES = "deliveries";
const SOON_MS = 1000; // while something is under way
const SOMETIME_MS = 15_000; // so often a server looks what is due
const A_PAGE = 200; // lines of the log

export const deliveries = queryOptions({
  queryKey: [DELIVERIES, "all"] as const,
  queryFn: ({ signal }) => told<Schemas["DeliveriesTold"]>(client.GET("/api/v1/deliveries", { signal })),
  refetchInterval: ({ state }) => (state.data?.deliveries.some((one) => one.last && isUnderWay(one.last)) ? SOON_MS : SOMETIME_MS),
});

export const ways = queryOptions({
  queryKey: [DELIVERIES, "ways"] as const,
  queryFn: ({ signal }) => told<Ways>(client.GET("/api/v1/deliveries/ways", { signal })),
  staleTime: 0,
});

const log = (problems: boolean, cursor: string | undefined, signal: AbortSignal) =>
  told<Schemas["LogTold"]>(client.GET("/api/v1/deliveries/log", { params: { query: { limit: A_PAGE, problems, cursor } }, signal }));

const soon = (some: readonly Sending[] | undefined) => (some?.some(isUnderWay) ? SOON_MS : SOMETIME_MS);

/** The newest first. */
export const sent = infiniteQueryOptions({
  queryKey: [DELIVERIES, "log"] as const,
  queryFn: ({ signal, pageParam }) => log(false, pageParam, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
  staleTime: 0,
  refetchInterval: ({ state }) => soon(state.data?.pages.flatMap((page) => page.sendings)),
});

/** All that need a look. */
export const problems = queryOptions({
  queryKey: [DELIVERIES, "problems"] as const,
  queryFn: async ({ signal }) => (await everyPage((cursor) => log(true, cursor, signal))).flatMap((page) => page.sendings),
  staleTime: 0,
  refetchInterval: ({ state }) => soon(state.data),
});

/** What is wrong with a delivery as it is typed, and when it would come. */
export const triedOf = (typed: Typed) =>
  queryOptions({
    queryKey: [DELIVERIES, "check", typed] as const,
    queryFn: ({ signal }) => told<Tried>(client.POST("/api/v1/deliveries/check", { body: typed, signal })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const workspace = queryOptions({
  queryKey: ["workspace"] as const,
  queryFn: ({ signal }) => told<Schemas["WorkspaceTold"]>(client.GET("/api/v1/workspace", { signal })),
  staleTime: 0,
});

const at = (id: string) => ({ params: { path: { id_: id } } });

export const addDelivery = (body: Schemas["NewDelivery"]) => told<Delivery>(client.POST("/api/v1/deliveries", { body }));

export const changeDelivery = (id: string, body: Schemas["ChangedDelivery"]) => told<Delivery>(client.PATCH("/api/v1/deliveries/{id_}", { ...at(id), body }));

export const removeDelivery = (id: string) => told<void>(client.DELETE("/api/v1/deliveries/{id_}", at(id)));

export const runDelivery = (id: string) => told<Delivery>(client.POST("/api/v1/deliveries/{id_}/run", at(id)));

export const previewOf = (id: string) => told<Schemas["ParcelsTold"]>(client.POST("/api/v1/deliveries/{id_}/preview", at(id)));

export const previewTyped = (body: Typed) => told<Schemas["ParcelsTold"]>(client.POST("/api/v1/deliveries/preview", { body }));

export const subscribe = (id: string, wanted: boolean) =>
  told<Delivery>(wanted ? client.PUT("/api/v1/deliveries/{id_}/subscription", at(id)) : client.DELETE("/api/v1/deliveries/{id_}/subscription", at(id)));

export const retry = ({ id, evenIfSent }: { id: string; evenIfSent: boolean }) =>
  told<Sending>(client.POST("/api/v1/deliveries/log/{sending_id}/retry", { params: { path: { sending_id: id } }, body: { even_if_sent: evenIfSent } }));

export const drop = (id: string) => told<Sending>(client.POST("/api/v1/deliveries/log/{sending_id}/drop", { params: { path: { sending_id: id } } }));

export const testChannel = (name: string) => told<Schemas["ChannelTried"]>(client.POST("/api/v1/deliveries/channels/{name}/test", { params: { path: { name } } }));

/** What changes a delivery, or is sent, changes what is told of all of them. */
export const again = () => queries.invalidateQueries({ queryKey: [DELIVERIES] });

/** It is sent at this moment, or in some seconds. */
export const isUnderWay = (one: Sending): boolean => one.status === "claimed" || one.status === "sending" || (one.status === "waiting" && one.tries === 0);
