// Which state of the data is shown, and whether it has grown old.

import { HoverCard } from "@mantine/core";
import type { SignedIn } from "@/api/session";
import { agoText, dateText, daysOld, lastDay, momentText } from "@/words/periods";
import css from "./Freshness.module.css";

const STALE_DAYS = 2;

export function Freshness({ session }: { session: SignedIn }) {
  const snapshot = session.snapshot;
  if (!snapshot)
    return (
      <span className={css.chip} data-state="stale">
        <i aria-hidden /> No data yet
      </span>
    );
  const now = new Date();
  const stale = daysOld(snapshot.as_of, now) > STALE_DAYS;
  return (
    <HoverCard withRoles={false} width={300} position="bottom-end" shadow="md">
      <HoverCard.Target>
        <span className={css.chip} data-state={stale ? "stale" : "fresh"} tabIndex={0}>
          <i aria-hidden />
          <span className={css.wide}>Data to </span>
          {dateText(lastDay(snapshot.as_of))}
          {stale && <span className="unseen">, grown old</span>}
        </span>
      </HoverCard.Target>
      <HoverCard.Dropdown className={css.facts}>
        <p>
          All figures stand as of <b>{momentText(snapshot.as_of)}</b>, {agoText(snapshot.as_of, now)}.
        </p>
        {stale && <p className={css.mend}>The data has grown old. 'accountlens refresh' brings what is new.</p>}
        <p className="quiet">Snapshot {snapshot.id}</p>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}
