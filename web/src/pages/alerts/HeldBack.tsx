// What looked like an alert at the last look and is none, with the reason: asked for, never pressed upon anybody.

import { Button, Skeleton } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type Held, heldBack } from "@/api/alerts";
import { AccountLink } from "@/parts/AccountLink";
import { Behind, wholeName } from "@/parts/AlertItem";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { showCount } from "@/words/format";
import css from "./Alerts.module.css";
import { heldWords, quietText } from "./telling";

interface Props {
  opened: boolean;
  rule: string | undefined;
  currency: string;
  onToggle: () => void;
}

export function HeldBack({ opened, rule, currency, onToggle }: Props) {
  const Arrow = opened ? IconChevronUp : IconChevronDown;
  return (
    <Panel
      title="Held back"
      note="What a chance could have made, and what was told lately, is not told."
      actions={
        <Button size="xs" variant="default" aria-expanded={opened} rightSection={<Arrow size={14} aria-hidden />} onClick={onToggle}>
          {opened ? "Hide" : "What, and why"}
        </Button>
      }
    >
      {opened && <List rule={rule} currency={currency} />}
    </Panel>
  );
}

function List({ rule, currency }: { rule: string | undefined; currency: string }) {
  const asked = useInfiniteQuery(heldBack(rule));
  const first = asked.data?.pages[0];
  if (asked.error) return <ProblemView error={asked.error} retry={() => void asked.refetch()} />;
  if (!first) return <Skeleton height={200} />;
  const held = asked.data?.pages.flatMap((page) => page.held) ?? [];
  const quiet = quietText(first.quiet);
  return (
    <div data-fading={asked.isPlaceholderData || undefined}>
      <p className={css.reasons}>
        {first.total === 0 && "The last look held nothing back."}
        {Object.entries(first.reasons).map(([reason, count]) => (
          <Tag key={reason}>
            {heldWords(reason)}: {showCount(count)}
          </Tag>
        ))}
      </p>
      {quiet && <p className={css.note}>{quiet}</p>}
      <ul className={css.held}>
        {held.map((one) => (
          <One key={`${one.rule} ${one.whose.each} ${one.whose.subject}`} held={one} currency={currency} />
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button size="xs" variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

function One({ held, currency }: { held: Held; currency: string }) {
  const { whose } = held;
  return (
    <li>
      <div>
        <b>{whose.account_id ? <AccountLink id={whose.account_id} name={whose.name} /> : wholeName(whose)}</b> <span className="quiet">{held.label}</span> <Tag>{heldWords(held.held)}</Tag>
        <p>{held.why}</p>
      </div>
      <Behind of={held} currency={currency} />
    </li>
  );
}
