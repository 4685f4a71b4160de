// Alerts: what fired, what was held back, the rules behind them; and what is done with each.

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client, told } from "./client";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
export type Alerts = Schemas["AlertsTold"];
export type AlertGroup = Schemas["AlertGroup"];
export type Alert = Schemas["AlertTold"];
export type Whose = Schemas["WhoseTold"];
export type Severity = Alert["severity"];
export type Held = Schemas["HeldTold"];
export type Quiet = Schemas["QuietTold"];
export type Rule = Schemas["Rule"];
export type When = Rule["when"];
export type KeptRule = Schemas["RuleTold"];
export type Offer = Schemas["OfferTold"];
export type Rules = Schemas["RulesTold"];
export type Backtest = Schemas["BacktestTold"];
export type Proof = Schemas["ProofTold"];
export type Preview = Schemas["RulePreviewTold"];
export type Share = Schemas["BacktestShare"];

export const ALERTS = "alerts"; // what is changed here is asked again wherever it is shown
const GROUPS_A_PAGE = 50;
const HELD_A_PAGE = 200;
const AGAIN_MS = 60_000;

type Words = NonNullable<operations["all_alerts_api_v1_alerts_get"]["parameters"]["query"]>;
export type AlertWords = Pick<Words, "state" | "rule" | "owner" | "severity" | "mine" | "snoozed" | "order">;

export const alertsOf = (words: AlertWords) =>
  infiniteQueryOptions({
    queryKey: [ALERTS, "fired", words] as const,
    queryFn: ({ signal, pageParam }) => told<Alerts>(client.GET("/api/v1/alerts", { params: { query: { ...words, limit: GROUPS_A_PAGE, cursor: pageParam } as Words }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0, // others act on them, too
  });

export const alertsOfAccount = (id: string, snoozed: boolean) =>
  queryOptions({
    queryKey: [ALERTS, "account", id, snoozed] as const,
    queryFn: async ({ signal }) => {
      const found = await told<Alerts>(client.GET("/api/v1/alerts", { params: { query: { account_id: id, snoozed } }, signal }));
      return found.groups.flatMap((group) => group.alerts);
    },
    staleTime: 0,
  });

/** How many wait; asked again now and then, for it stands on every page. */
export const alertCount = queryOptions({
  queryKey: [ALERTS, "count"] as const,
  queryFn: ({ signal }) => told<Schemas["TallyTold"]>(client.GET("/api/v1/alerts/count", { signal })),
  staleTime: AGAIN_MS / 2,
  refetchInterval: AGAIN_MS,
});

export const heldBack = (rule: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [ALERTS, "held", rule] as const,
    queryFn: ({ signal, pageParam }) => told<Schemas["AllHeldTold"]>(client.GET("/api/v1/alerts/held", { params: { query: { rule, limit: HELD_A_PAGE, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const alertRules = queryOptions({
  queryKey: [ALERTS, "rules"] as const,
  queryFn: ({ signal }) => told<Rules>(client.GET("/api/v1/alerts/rules", { signal })),
  staleTime: 0,
});

/** What a rule, kept or not, would do now. */
export const previewOf = (rule: Rule, on?: "warehouse") =>
  queryOptions({
    queryKey: [ALERTS, "preview", rule, on] as const,
    queryFn: ({ signal }) => told<Preview>(client.POST("/api/v1/alerts/preview", { params: { query: { on } }, body: { rule }, signal })),
    retry: false,
  });

export const backtestOf = (rule: Rule, on?: "warehouse") =>
  queryOptions({
    queryKey: ["back-test", rule, on] as const,
    queryFn: ({ signal }) => told<Backtest>(client.POST("/api/v1/alerts/backtest", { params: { query: { on } }, body: { rule }, signal })),
    retry: false,
  });

const named = (id: string) => ({ path: { id_: id } });

/** Nothing is said of it until then; null: speak of it again. */
export const snoozeAlert = (id: string, until: string | null) => told<void>(client.POST("/api/v1/alerts/{id_}/snooze", { params: named(id), body: { until } }));

export const snoozeAccount = (account: string, until: string | null) =>
  told<void>(client.POST("/api/v1/alerts/accounts/{account_id}/snooze", { params: { path: { account_id: account } }, body: { until } }));

export const acknowledge = (id: string) => told<void>(client.POST("/api/v1/alerts/{id_}/acknowledge", { params: named(id) }));

export const reopen = (id: string) => told<void>(client.POST("/api/v1/alerts/{id_}/reopen", { params: named(id) }));

export const keepRule = (id: string, rule: Rule, on: boolean | null, version: string | null) => told<Schemas["KeptTold"]>(client.PUT("/api/v1/alerts/rules/{id_}", { params: named(id), body: { rule, on, version } }));

export const switchRule = (id: string, on: boolean) => told<Schemas["KeptTold"]>(client.POST("/api/v1/alerts/rules/{id_}/switch", { params: named(id), body: { on } }));

export const removeRule = (id: string) => told<void>(client.DELETE("/api/v1/alerts/rules/{id_}", { params: named(id) }));
