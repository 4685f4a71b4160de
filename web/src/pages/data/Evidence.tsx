// What is known of each side, line by line, so that what is the same can be seen; and how a candidate was found.

import { Button, Skeleton } from "@mantine/core";
import { IconEqual } from "@tabler/icons-react";
import type { Head } from "@/api/accounts";
import type { Candidate, Waiting } from "@/api/data";
import { AccountLink } from "@/parts/AccountLink";
import { show, UNKNOWN } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Data.module.css";
import { cellText, type Choice, isSame, sureWords, twinWords, wayWords } from "./telling";

export interface Side {
  id: string;
  head?: Head;
  missing: boolean; // there is no such account any more
  candidate?: Candidate;
}

const LINES: readonly { title: string; read: (head: Head) => unknown }[] = [
  { title: "Name", read: (head) => head.account.name },
  { title: "Domain", read: (head) => head.account.domain },
  { title: "Country", read: (head) => head.account.country ?? head.account.region },
  { title: "Industry", read: (head) => head.account.industry },
  { title: "Segment", read: (head) => head.account.segment },
  { title: "Tier", read: (head) => head.account.tier },
  { title: "Owner", read: (head) => head.owner },
  { title: "Part of", read: (head) => head.parent },
  { title: "Since", read: (head) => (head.account.created_at ? dateText(String(head.account.created_at)) : undefined) },
  { title: "Last touch", read: (head) => (head.last_touch?.at ? dateText(String(head.last_touch.at)) : undefined) },
];

interface Props {
  item: Waiting;
  mine?: Side; // of an account that may be another twice
  sides: readonly Side[];
  choice: Choice | undefined;
  onChoose?: (choice: Choice | undefined) => void;
}

export function Evidence({ item, mine, sides, choice, onChoose }: Props) {
  const brought = (title: string): unknown => (mine ? mine.head && LINES.find((line) => line.title === title)?.read(mine.head) : title.toLowerCase() === item.kind ? item.value : undefined);
  const all = [...(mine ? [mine] : []), ...sides];
  if (all.length === 0) return null;
  const lines = LINES.filter((line) => all.some((side) => !side.head || cellText(line.read(side.head))));
  return (
    <div className={css.scrolls} tabIndex={0} role="region" aria-label="What is known, scrolls">
      <table className={css.sides}>
        <thead>
          <tr>
            <td />
            <th scope="col">{mine ? <AccountLink id={mine.id} name={mine.candidate?.name ?? String(mine.head?.account.name ?? mine.id)} /> : "What rows bring"}</th>
            {sides.map((side) => (
              <th key={side.id} scope="col" data-chosen={(choice && choice.kind !== "none" && choice.account === side.id) || undefined}>
                <AccountLink id={side.id} name={String(side.head?.account.name ?? side.candidate?.name ?? side.id)} />
                <small>{side.id}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Found by</th>
            <td />
            {sides.map((side) => (
              <td key={side.id}>{side.candidate ? <Found candidate={side.candidate} twins={mine !== undefined} /> : "chosen by you"}</td>
            ))}
          </tr>
          {lines.map((line) => (
            <tr key={line.title}>
              <th scope="row">{line.title}</th>
              <td>{mine && !mine.head && !mine.missing ? <Skeleton height={10} width="60%" /> : cellText(brought(line.title)) || (mine ? UNKNOWN : "")}</td>
              {sides.map((side) => (
                <td key={side.id}>{side.head ? <Value value={line.read(side.head)} beside={brought(line.title)} /> : side.missing ? UNKNOWN : <Skeleton height={10} width="60%" />}</td>
              ))}
            </tr>
          ))}
          {onChoose && (
            <tr className={css.choices}>
              <th scope="row">
                <span className="unseen">Your choice</span>
              </th>
              <td />
              {sides.map((side) => (
                <td key={side.id}>
                  <Chooser side={side} twins={mine !== undefined} choice={choice} onChoose={onChoose} />
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Found({ candidate, twins }: { candidate: Candidate; twins: boolean }) {
  return (
    <>
      {twins ? twinWords(candidate.method) : wayWords(candidate.method)}
      <small title={`Confidence ${show(candidate.confidence, { unit: "ratio" })} of 1`}>
        {sureWords(candidate)}, {show(candidate.confidence, { unit: "fraction" })}
      </small>
    </>
  );
}

function Value({ value, beside }: { value: unknown; beside: unknown }) {
  const text = cellText(value);
  if (!text) return <span className="quiet">{UNKNOWN}</span>;
  if (!isSame(value, beside)) return <>{text}</>;
  return (
    <b className={css.same}>
      <IconEqual size={13} aria-hidden /> {text}
      <span className="unseen">, the same</span>
    </b>
  );
}

interface ChooserProps {
  side: Side;
  twins: boolean;
  choice: Choice | undefined;
  onChoose: (choice: Choice | undefined) => void;
}

function Chooser({ side, twins, choice, onChoose }: ChooserProps) {
  const name = String(side.head?.account.name ?? side.candidate?.name ?? side.id);
  const words = twins ? { is: "They are one", not: "They are two" } : { is: "It is this one", not: "Not this one" };
  const kinds = side.candidate ? (["is", "not"] as const) : (["is"] as const);
  return (
    <span className={css.actions}>
      {kinds.map((kind) => {
        const on = choice?.kind === kind && choice.account === side.id;
        return (
          <Button key={kind} size="xs" variant={on ? "filled" : "default"} aria-pressed={on} aria-label={`${words[kind]}: ${name}`} onClick={() => onChoose(on ? undefined : { kind, account: side.id })}>
            {words[kind]}
          </Button>
        );
      })}
    </span>
  );
}
