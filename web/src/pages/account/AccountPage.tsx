// An account whole: its head, and beneath it what to know before a call, figures beside peers, timeline, people, deals.

import { Button, Skeleton, Tabs } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Head, headOf } from "@/api/accounts";
import { ButtonLink } from "@/parts/ButtonLink";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Apart, useThere } from "@/parts/There";
import { without } from "@/words/search";
import css from "./Account.module.css";
import { Brief } from "./Brief";
import { Deals } from "./Deals";
import { Figures } from "./Figures";
import { Glance } from "./Glance";
import { People } from "./People";
import { ACCOUNT_DEFAULTS, type AccountSearch, type Tab } from "./search";
import { spanWords } from "./telling";
import { TimelineTab } from "./TimelineTab";
import { usePrint } from "./usePrint";

const LABELS: Record<Tab, string> = { brief: "Brief", figures: "Figures", timeline: "Timeline", people: "People", deals: "Deals and products" };

export default function AccountPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as AccountSearch;
  const navigate = useNavigate();
  const period = search.period ?? ACCOUNT_DEFAULTS.period;
  const there = useThere([id, period]);
  const { data: head, error, refetch, isPlaceholderData } = useQuery(headOf(id, period, there.on));
  usePrint(search.print === "1", head !== undefined);
  const put = (change: Partial<AccountSearch>) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  if (error && !head)
    return (
      <Page title="Account">
        <ProblemView error={error} retry={() => void refetch()} there={there.ask} />
      </Page>
    );
  const tab = search.print === "1" ? "brief" : (search.tab ?? "brief");
  const name = head ? String(head.account.name ?? id) : "\u00a0";
  const panes: Record<Tab, (head: Head) => ReactNode> = {
    brief: (head) => <Brief head={head} there={there} />,
    figures: (head) => <Figures head={head} period={period} onPeriod={(period) => put({ period })} there={there} />,
    timeline: () => <TimelineTab id={id} search={search} put={put} />,
    people: () => <People id={id} />,
    deals: (head) => <Deals head={head} />,
  };
  return (
    <div className={css.account}>
      <Page
        title={name}
        lead={head ? <Who head={head} /> : <Skeleton height={14} width={320} mt={6} />}
        actions={
          <span className={css.unprinted}>
            <ButtonLink to="/reviews/new" search={{ cadence: "quarterly", audience: `account:${id}` } as never} variant="default" mr={8}>
              Business review
            </ButtonLink>
            <Button variant="default" leftSection={<IconPrinter size={15} aria-hidden />} disabled={!head} onClick={() => put({ print: "1" })}>
              One-pager
            </Button>
          </span>
        }
      >
        <Glance head={head} />
        {head?.apart && (
          <Apart engine={head.apart.engine} mayAsk={head.apart.may_ask} waits={there.on && isPlaceholderData} onAsk={() => there.ask(head.apart?.engine ?? "")}>
            More figures of {spanWords(period)} are counted from single activities, which lie in {head.apart.engine}.
          </Apart>
        )}
        <Tabs value={tab} onChange={(tab) => put({ tab: tab === "brief" ? undefined : (tab as Tab) })} keepMounted={false}>
          <Tabs.List className={css.tabs} aria-label="Parts of this account">
            {Object.entries(LABELS).map(([value, label]) => (
              <Tabs.Tab key={value} value={value}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {Object.entries(panes).map(([value, pane]) => (
            <Tabs.Panel key={value} value={value} pt="md">
              {head ? pane(head) : <Skeleton height={420} radius="lg" />}
            </Tabs.Panel>
          ))}
        </Tabs>
      </Page>
    </div>
  );
}

function Who({ head }: { head: Head }) {
  const { tier, segment, industry, region, country, domain, account_id } = head.account as Record<string, string | undefined>;
  const told = [tier && `Tier ${tier}`, segment, industry, country ?? region, head.owner && `Owner: ${head.owner}`, head.parent && `Part of ${head.parent}`, domain, account_id];
  return <>{told.filter(Boolean).join(" · ")}</>;
}
