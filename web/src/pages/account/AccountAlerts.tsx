// The alerts of this account that are open, and what can be done about each.

import { useQuery } from "@tanstack/react-query";
import type { Head } from "@/api/accounts";
import { alertsOfAccount } from "@/api/alerts";
import { session } from "@/api/session";
import { Acted } from "@/parts/Acted";
import { AlertActs, useActing } from "@/parts/AlertActs";
import { AlertItem } from "@/parts/AlertItem";
import { counted } from "@/words/format";
import css from "./Account.module.css";
import { Waits } from "./Waits";

export function AccountAlerts({ head }: { head: Head }) {
  const id = String(head.account.account_id);
  const name = String(head.account.name ?? id);
  const asked = useQuery(alertsOfAccount(id, false));
  const { data: asleep } = useQuery(alertsOfAccount(id, true));
  const { data: who } = useQuery(session);
  const acting = useActing();
  const mayAct = who?.rights.includes("handle_alerts");
  return (
    <Waits title="Alerts" asked={asked} height={60}>
      <Acted acting={acting} />
      {asked.data?.length === 0 && <p className="quiet">No alert is open.</p>}
      {asked.data?.map((alert) => (
        <AlertItem key={alert.id} alert={alert} currency={head.currency}>
          {mayAct && <AlertActs alert={alert} account={id} name={name} acting={acting} />}
        </AlertItem>
      ))}
      {asleep && asleep.length > 0 && (
        <details className={css.asleep}>
          <summary>{counted(asleep.length, "alert")} snoozed</summary>
          {asleep.map((alert) => (
            <AlertItem key={alert.id} alert={alert} currency={head.currency}>
              {mayAct && <AlertActs alert={alert} account={id} name={name} acting={acting} />}
            </AlertItem>
          ))}
        </details>
      )}
    </Waits>
  );
}
