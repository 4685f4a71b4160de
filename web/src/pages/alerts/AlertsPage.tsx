// Alerts: what fired and what is done about it, and the rules behind them with how often each was right.

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { alertCount } from "@/api/alerts";
import { isSignedIn, session } from "@/api/session";
import { Page } from "@/parts/Page";
import { without } from "@/words/search";
import css from "./Alerts.module.css";
import { Fired } from "./Fired";
import { Rules } from "./Rules";
import type { AlertsSearch } from "./search";
import { tallyText } from "./telling";

export type Put = (change: Partial<AlertsSearch>) => void;

export default function AlertsPage() {
  const search = useSearch({ strict: false }) as AlertsSearch;
  const navigate = useNavigate();
  const { data: here } = useQuery(session);
  const { data: count } = useQuery(alertCount);
  const put: Put = useCallback(
    (change) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false }),
    [navigate],
  );
  if (!here || !isSignedIn(here)) return null;
  const part = search.part ?? "fired";
  const { currency } = here.workspace;
  return (
    <Page title="Alerts" lead={count ? tallyText(count) : "\u00a0"}>
      <Tabs value={part} onChange={(chosen) => put({ part: chosen === "rules" ? "rules" : undefined, rule: undefined, edit: undefined, offer: undefined })} keepMounted={false}>
        <Tabs.List aria-label="Parts of the alerts">
          <Tabs.Tab value="fired">What fired</Tabs.Tab>
          <Tabs.Tab value="rules">Rules</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fired" pt="md" className={css.part}>
          <Fired search={search} put={put} currency={currency} mayAct={here.rights.includes("handle_alerts")} />
        </Tabs.Panel>
        <Tabs.Panel value="rules" pt="md" className={css.part}>
          <Rules search={search} put={put} currency={currency} mayEdit={here.rights.includes("set_alerts")} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
