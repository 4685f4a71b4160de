// When changes count: from the next refresh on. What waits for it, and how it is run by who may.

import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconClockPlay, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Lists, tiersNow } from "@/api/lists";
import { session } from "@/api/session";
import { dateText } from "@/words/periods";
import css from "./Lists.module.css";
import { waitingText } from "./telling";

const COMMAND = "accountlens refresh";

export function Later({ lists, told }: { lists: Lists | undefined; told: string }) {
  const { data: who } = useQuery(session);
  const { data: tiers } = useQuery(tiersNow);
  const waiting = lists ? waitingText(lists.lists, tiers?.pending ?? 0) : "";
  return (
    <div className={`card ${css.later}`} data-waiting={Boolean(waiting) || undefined}>
      <IconClockPlay size={20} stroke={1.6} aria-hidden />
      <div className={css.laterWords}>
        <p role="status">
          {told && <b>{told} </b>}
          {waiting ? `${waiting} not in the figures yet.` : "Every change made here is in the figures."}
        </p>
        <p className="quiet">
          Changes count in figures from the next refresh on.{lists && ` Figures now stand as of ${dateText(lists.as_of)}.`}{" "}
          {who && !who.rights.includes("refresh") && "An analyst or an admin refreshes; many workspaces do so by themselves."}
        </p>
      </div>
      {who?.rights.includes("refresh") && (
        <CopyButton value={COMMAND}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy} title="Run it in the workspace's folder" leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}>
              {copied ? "Copied" : `Copy “${COMMAND}”`}
            </Button>
          )}
        </CopyButton>
      )}
    </div>
  );
}
