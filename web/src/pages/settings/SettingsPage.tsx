// Settings: what is sent by itself, what became of it, by which channels; and what is said once for the workspace.

import { Tabs } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { deliveries } from "@/api/deliveries";
import { isSignedIn, session } from "@/api/session";
import { ButtonLink } from "@/parts/ButtonLink";
import { Page } from "@/parts/Page";
import { showCount } from "@/words/format";
import { without } from "@/words/search";
import { Channels } from "./Channels";
import { Deliveries } from "./Deliveries";
import { EditDelivery } from "./EditDelivery";
import type { Part, SettingsSearch } from "./search";
import { Sent } from "./Sent";
import css from "./Settings.module.css";
import { Workspace } from "./Workspace";

export default function SettingsPage() {
  const search = useSearch({ strict: false }) as SettingsSearch;
  const navigate = useNavigate();
  const { data: here } = useQuery(session);
  const { data } = useQuery(deliveries);
  if (!here || !isSignedIn(here)) return null;
  const manages = here.rights.includes("manage_deliveries");
  const part = manages || search.part === "workspace" ? (search.part ?? "deliveries") : "deliveries";
  const zone = here.workspace.time_zone;
  if (part === "edit") return <EditDelivery search={search} />;
  const panes: [Part, ReactNode, ReactNode][] = [["deliveries", "Deliveries", <Deliveries key="deliveries" manages={manages} />]];
  if (manages) {
    const wrong = data?.problems ? <span className={css.count}> {showCount(data.problems)}</span> : null;
    panes.push(["sent", <>What was sent{wrong}</>, <Sent key="sent" zone={zone} />], ["channels", "Channels", <Channels key="channels" />]);
  }
  panes.push(["workspace", "Workspace", <Workspace key="workspace" />]);
  return (
    <Page
      title="Settings"
      lead="What is sent by itself, to whom and when; and what is said once for all"
      actions={
        <>
          <ButtonLink to="/people" variant="default" leftSection={<IconUsers size={15} aria-hidden />}>
            {here.rights.includes("manage_users") ? "People and API tokens" : "API tokens"}
          </ButtonLink>
          {manages && (
            <ButtonLink to="/settings" search={{ part: "edit" }} leftSection={<IconPlus size={15} aria-hidden />}>
              New delivery
            </ButtonLink>
          )}
        </>
      }
    >
      <Tabs value={part} onChange={(chosen) => void navigate({ to: "/settings", search: without({ part: chosen === "deliveries" ? undefined : (chosen as Part) }), resetScroll: false })} keepMounted={false}>
        <Tabs.List className={css.tabs} aria-label="Parts of the settings">
          {panes.map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {panes.map(([value, , pane]) => (
          <Tabs.Panel key={value} value={value} pt="md">
            {pane}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
