// What is to be reached with the account: its targets whose period is not over, and how they run.

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Head } from "@/api/accounts";
import { targetsOf } from "@/api/targets";
import { Pacing } from "@/parts/Pacing";
import { periodName } from "@/words/periods";
import css from "./Account.module.css";
import { running } from "./telling";
import { Waits } from "./Waits";

const MOST = 6;

export function Goals({ head }: { head: Head }) {
  const id = String(head.account.account_id);
  const asked = useQuery(targetsOf({ scope: `account:${id}`, pace: true }));
  const shown = running(asked.data?.targets ?? []);
  const name = String(head.account.name ?? id);
  return (
    <Waits title="Goals" note="Targets set for this account, and how they run." asked={asked} height={70}>
      {shown.length === 0 && <p className="quiet">None is set for this account.</p>}
      <ul className={css.goals}>
        {shown.slice(0, MOST).map((one) => (
          <li key={one.id}>
            <span>
              {one.label} <small>{periodName({ ...one.period, partial: false })}</small>
            </span>
            <Pacing target={one} currency={head.currency} />
          </li>
        ))}
      </ul>
      {asked.data?.may_set && (
        <p className={`${css.line} ${css.unprinted}`}>
          <Link to="/targets" search={{ of: "account", find: name, kpi: shown[0]?.kpi } as never}>
            {shown.length > MOST ? `All ${shown.length} targets` : shown.length ? "Change them" : "Set one"}
          </Link>
        </p>
      )}
    </Waits>
  );
}
