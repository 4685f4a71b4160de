// The people of the account: the buying group with its gaps, who reports to whom, how close each is.

import { Skeleton, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconSearch, IconUserX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useMemo, useState } from "react";
import { type Contact, type PeopleMap, peopleOf } from "@/api/accounts";
import { Empty } from "@/parts/Empty";
import { More, useFirst } from "@/parts/First";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Apart, useThere } from "@/parts/There";
import { counted, show } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Account.module.css";
import { Needs } from "./Needs";
import { type Branch, foundIn, roleWords, topOf, treeOf } from "./telling";
import { inDays } from "./times";

const [MOST_GAPS, MOST_NAMES, MOST_PEOPLE] = [6, 8, 40]; // shown at first
const LOUD: Record<string, string> = { champion_left: "Left", silent: "Silent", role_unknown: "Unknown", role_not_engaged: "Not engaged" };

export function People({ id }: { id: string }) {
  const there = useThere(id);
  const { data, error, refetch, isPlaceholderData } = useQuery(peopleOf(id, there.on));
  if (error) return <ProblemView error={error} retry={() => void refetch()} there={there.ask} />;
  if (!data) return <Skeleton height={420} radius="lg" />;
  if (data.contacts.length === 0)
    return (
      <>
        <Empty title="Nobody is known here">Contacts come with the CRM; the first call brings the first.</Empty>
        <Needs needs={data.needs} />
      </>
    );
  return (
    <div className={css.stack}>
      <Group map={data} />
      {data.apart && (
        <Apart engine={data.apart.engine} mayAsk={data.apart.may_ask} waits={there.on && isPlaceholderData} onAsk={() => there.ask(data.apart?.engine ?? "")}>
          How engaged each person is would be counted from single activities, which lie in {data.apart.engine}.
        </Apart>
      )}
      <Everybody map={data} />
    </div>
  );
}

function Group({ map }: { map: PeopleMap }) {
  const names = new Map(map.contacts.map((one) => [one.contact_id, one.name ?? one.contact_id]));
  const value = map.coverage?.value;
  const gaps = map.gaps.filter((gap) => !gap.kind.startsWith("role_"));
  const [shown, more] = useFirst(gaps, MOST_GAPS, "gaps");
  return (
    <Panel title="Buying group" note={typeof value === "number" ? `${show(value, { unit: "fraction" })} of the roles it needs are engaged with us (last 90 days).` : undefined}>
      <div className={css.roles}>
        {map.roles.map((role) => {
          const state = role.contacts.length === 0 ? "unknown" : role.engaged ? "engaged" : role.engaged === false ? "quiet" : "untold";
          const Icon = state === "engaged" ? IconCircleCheck : state === "unknown" ? IconAlertTriangle : IconCircleDashed;
          return (
            <div key={role.role} className={css.roleCard} data-state={state}>
              <h3>
                <Icon size={16} aria-hidden /> {roleWords(role.role)}
              </h3>
              <p>{role.contacts.length ? namesText(role.contacts.map((id) => names.get(id) ?? id)) : "Nobody is known in this role"}</p>
              <small>{state === "engaged" ? "engaged" : state === "quiet" ? "not engaged in 90 days" : state === "untold" ? "whether engaged is not known here" : "find out who it is"}</small>
            </div>
          );
        })}
      </div>
      {gaps.length > 0 && (
        <ul className={css.gaps}>
          {shown.map((gap) => (
            <li key={gap.what}>
              <b>{LOUD[gap.kind] ?? roleWords(gap.kind)}</b> {gap.what}
            </li>
          ))}
        </ul>
      )}
      {more}
      <Needs needs={map.needs} />
    </Panel>
  );
}

function Everybody({ map }: { map: PeopleMap }) {
  const most = Math.max(1, ...map.contacts.map((one) => one.points ?? 0));
  const drawn = map.contacts.some((one) => one.reports_to);
  const engagement = map.apart ? "engagement is not counted here" : "engagement over 90 days";
  const [words, setWords] = useState("");
  const [whole, setWhole] = useState(false);
  const long = map.contacts.length > MOST_PEOPLE;
  const found = useMemo(() => (words ? foundIn(map.contacts, words).map((contact) => ({ contact, below: [] })) : treeOf(map.contacts)), [map, words]);
  const count = words ? found.length : map.contacts.length;
  const shown = whole || !long ? found : topOf(found, MOST_PEOPLE);
  return (
    <Panel title={`${counted(map.contacts.length, "person", "people")}`} note={drawn ? `Set in beneath those they report to; ${engagement}.` : `Those closest to us first; ${engagement}. Who reports to whom is not known: a column 'reports_to' of contacts would tell it.`}>
      {long && <TextInput aria-label="Find people" placeholder="Name, title or role" leftSection={<IconSearch size={16} aria-hidden />} maw={320} mb={8} value={words} onChange={(event) => setWords(event.currentTarget.value)} />}
      {found.length === 0 && <p className="quiet">Nobody here is called so.</p>}
      <ul className={css.tree}>
        {shown.map((branch) => (
          <Person key={branch.contact.contact_id} branch={branch} most={most} />
        ))}
      </ul>
      {!whole && count > MOST_PEOPLE && <More count={count} what="people" onMore={() => setWhole(true)} />}
    </Panel>
  );
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function Person({ branch, most }: { branch: Branch; most: number }) {
  const { contact: one, below } = branch;
  return (
    <li>
      <div className={css.contact} data-left={one.left !== null || undefined}>
        <div>
          <strong>{one.name ?? one.contact_id}</strong>
          {one.buying_role && <span className={css.role}>{roleWords(one.buying_role)}</span>}
          {one.left && (
            <span className={css.left}>
              <IconUserX size={13} aria-hidden /> {one.left}
            </span>
          )}
          <p>
            {[one.title, one.deals.map((deal) => deal.name).filter(Boolean).join(", ")].filter(Boolean).join(" · ")}
            {one.email && (
              <>
                {one.title && " · "}
                <a href={`mailto:${one.email}`}>{one.email}</a>
              </>
            )}
          </p>
        </div>
        {one.points === null ? (
          <div className={css.points} />
        ) : (
          <div className={css.points} title={`${counted(one.inbound ?? 0, "touch", "touches")} from them, ${one.outbound} from us in 90 days`}>
            <span className={css.bar0} aria-hidden style={{ "--size": `${(one.points / most) * 100}%` } as CSSProperties} />
            <span className="numbers">{show(one.points, { unit: "points" })} points</span>
          </div>
        )}
        <div className={css.contactWhen}>
          <span>{lastText(one)}</span>
          <small>{one.silent_days === null ? "no sign of theirs ever" : `last sign of theirs ${inDays(-one.silent_days)}`}</small>
        </div>
      </div>
      {below.length > 0 && (
        <ul>
          {below.map((one) => (
            <Person key={one.contact.contact_id} branch={one} most={most} />
          ))}
        </ul>
      )}
    </li>
  );
}

const lastText = (one: Contact): string =>
  one.last_at ? `${roleWords(one.last_kind)}, ${dateText(one.last_at)}${one.last_by ? `, ${one.last_by}` : ""}` : "Never touched";
