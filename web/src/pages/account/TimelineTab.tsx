// What happened, day by day, of the kinds, the person and the time that are chosen.

import { Button, Chip, Group, Select, Skeleton } from "@mantine/core";
import {
  IconActivity, IconArrowsExchange, IconBriefcase, IconCash, IconFileText, IconHeartbeat, IconHeartHandshake, IconMessage2, IconNote, IconPackage, IconSpeakerphone, IconStairs, IconTag, IconTicket, IconThumbUp, IconWorld,
  type TablerIcon,
} from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Entry, peopleOf, type Timeline, timelineOf } from "@/api/accounts";
import { notesOfAccount } from "@/api/boards";
import { isSignedIn, session } from "@/api/session";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Apart, useThere } from "@/parts/There";
import { show } from "@/words/format";
import { dateText, hourText } from "@/words/periods";
import css from "./Account.module.css";
import { Needs } from "./Needs";
import type { AccountSearch } from "./search";
import { byDay, NOTE, sentence, TIMED, withNotes } from "./telling";

const KINDS: Record<string, { label: string; icon: TablerIcon }> = {
  touch: { label: "Touches", icon: IconMessage2 },
  deal: { label: "Deals", icon: IconBriefcase },
  ticket: { label: "Tickets", icon: IconTicket },
  survey: { label: "Surveys", icon: IconThumbUp },
  health: { label: "Health", icon: IconHeartbeat },
  stage: { label: "Stages", icon: IconStairs },
  revenue: { label: "Revenue", icon: IconCash },
  contract: { label: "Contracts", icon: IconFileText },
  order: { label: "Orders", icon: IconPackage },
  usage: { label: "Product use", icon: IconActivity },
  visit: { label: "Visits", icon: IconWorld },
  campaign: { label: "Campaigns", icon: IconSpeakerphone },
  attribute: { label: "Changes of data", icon: IconTag },
  advocacy: { label: "Advocacy", icon: IconHeartHandshake },
  [NOTE]: { label: "Notes", icon: IconNote },
};
const SPANS = [
  { value: "", label: "All the time" },
  { value: "last-30-days", label: "Last 30 days" },
  { value: "last-90-days", label: "Last 90 days" },
  { value: "last-12-months", label: "Last 12 months" },
];

interface Props {
  id: string;
  search: AccountSearch;
  put: (change: Partial<AccountSearch>) => void;
}

export function TimelineTab({ id, search, put }: Props) {
  const kinds = search.kinds?.filter((kind) => kind !== NOTE);
  const alone = search.kinds !== undefined && kinds?.length === 0; // notes, and nothing else
  const words = { kinds, person: search.person, period: search.since };
  const there = useThere([id, words]);
  const told = useInfiniteQuery({ ...timelineOf(id, { ...words, on: there.on }), placeholderData: there.on && keepPreviousData, enabled: !alone });
  const older = alone ? null : told.data?.pages.at(-1)?.older;
  const noted = !search.person && (search.kinds?.includes(NOTE) ?? true);
  const { data: notes } = useQuery({ ...notesOfAccount(id, search.since), enabled: noted });
  const { data: people } = useQuery(peopleOf(id));
  const { data: here } = useQuery(session);
  const currency = here && isSignedIn(here) ? here.workspace.currency : "";
  const happened = alone ? [] : (told.data?.pages.flatMap((page) => page.entries) ?? []);
  const entries = noted ? withNotes(happened, notes ?? [], !alone && told.hasNextPage) : happened;
  const ready = alone ? notes !== undefined : told.isSuccess;
  const persons = people?.contacts.map((one) => ({ value: one.contact_id, label: one.name ?? one.contact_id })) ?? [];
  const none = { kinds: undefined, person: undefined, since: undefined };
  return (
    <Panel title="Timeline" note="The newest first. Product use, visits and campaigns are told by week, health by month.">
      <div className={css.bar}>
        <Chip.Group multiple value={search.kinds ?? []} onChange={(kinds) => put({ kinds: kinds.length ? kinds : undefined })}>
          <Group gap={6} role="group" aria-label="Kinds">
            {Object.entries(KINDS).map(([kind, { label }]) => (
              <Chip key={kind} value={kind} size="xs">
                {label}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Select aria-label="Person" w={190} searchable clearable placeholder="Everybody" data={persons} value={search.person ?? null} onChange={(person) => put({ person: person ?? undefined })} />
        <Select aria-label="Time" w={150} data={SPANS} value={search.since ?? ""} onChange={(since) => put({ since: since || undefined })} />
      </div>
      {told.error && <ProblemView error={told.error} retry={() => void told.refetch()} there={there.ask} />}
      {!ready && !told.error && <Skeleton height={420} mt="md" />}
      {ready && entries.length === 0 && (
        <Empty small title="Nothing of this happened" action={<Button variant="default" onClick={() => put(none)}>Show everything</Button>} />
      )}
      {byDay(entries).map(({ day, entries }) => (
        <section key={day} className={css.day} aria-label={day}>
          <h3>{day}</h3>
          <ul>
            {entries.map((entry) => (
              <Item key={`${entry.kind} ${entry.key}`} entry={entry} currency={currency} />
            ))}
          </ul>
        </section>
      ))}
      {!alone && told.hasNextPage && (
        <Button variant="default" fullWidth mt="md" loading={told.isFetchingNextPage} onClick={() => void told.fetchNextPage()}>
          Show what is older
        </Button>
      )}
      {older && !told.hasNextPage && (
        <Apart engine={older.engine} mayAsk={older.may_ask} waits={told.isPlaceholderData} onAsk={() => there.ask(older.engine)}>
          {olderText(older)}
        </Apart>
      )}
      <Needs needs={alone ? undefined : told.data?.pages[0]?.needs} />
    </Panel>
  );
}

/** What of the timeline is not here, and from when on it is. */
function olderText({ kinds, since, engine }: NonNullable<Timeline["older"]>): string {
  const told = kinds.filter((kind) => kind !== "health").map((kind) => KINDS[kind]?.label.toLowerCase() ?? kind);
  const what = told.length ? [`${sentence(told.join(", ").replace(/, (?=[^,]*$)/, " and "))} from before ${dateText(since)} lie in ${engine}.`] : [];
  if (kinds.includes("touch")) what.push("The last touches each way are here in any case.");
  if (kinds.includes("health")) what.push("Health is not kept for so long.");
  return what.join(" ");
}

function Item({ entry, currency }: { entry: Entry; currency: string }) {
  const { icon: Icon, label } = KINDS[entry.kind] ?? { icon: IconArrowsExchange, label: entry.kind };
  const who = [entry.contact?.name, entry.employee?.name].filter(Boolean).join(" · ");
  const time = TIMED.has(entry.kind) ? hourText(entry.at) : "";
  return (
    <li className={css.entry}>
      <span className={css.kind} title={label}>
        <Icon size={16} aria-hidden />
        <span className="unseen">{label}:</span>
      </span>
      <div>
        <span>{entry.title}</span>
        {who && <small>{who}</small>}
      </div>
      {entry.amount !== null && <b className="numbers">{show(entry.amount, { unit: "money", currency }, true)}</b>}
      <time dateTime={entry.at}>{time}</time>
    </li>
  );
}
