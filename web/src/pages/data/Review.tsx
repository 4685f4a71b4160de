// One thing to decide: what rows bring beside the accounts it may be, what a choice would move, and the decision.

import { Button, TextInput } from "@mantine/core";
import { IconArrowBackUp, IconArrowRight, IconCheck } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { headOf } from "@/api/accounts";
import type { Matches, Waiting } from "@/api/data";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { AccountChoice } from "@/parts/AccountChoice";
import css from "./Data.module.css";
import type { Put } from "./DataPage";
import { Evidence, type Side } from "./Evidence";
import { PreviewPane } from "./PreviewPane";
import { DATA_DEFAULTS } from "./search";
import { type Choice, decidedOf, decidedWords, decisionOf, isSettled, readChoice, tableWords, writeChoice } from "./telling";
import { useDecisions } from "./useDecisions";

const HEAD_PERIOD = "last-3-months";

interface Props {
  item: Waiting;
  told: Matches;
  choice: string | undefined;
  period: string | undefined;
  put: Put;
  mayDecide: boolean;
  currency: string;
  onNext: () => void;
}

export function Review({ item, told, choice: chosen, period = DATA_DEFAULTS.period, put, mayDecide, currency, onNext }: Props) {
  const [note, setNote] = useState("");
  const [on, setOn] = useState("");
  const { write, undo } = useDecisions();
  const choice = readChoice(chosen);
  const twins = item.kind === "account";
  const another = choice && choice.kind !== "none" && !item.candidates.some((one) => one.account_id === choice.account) ? choice.account : undefined;
  const ids = [...(twins ? [item.value] : []), ...item.candidates.map((one) => one.account_id), ...(another ? [another] : [])];
  const heads = useQueries({ queries: ids.map((id) => headOf(id, HEAD_PERIOD)) });
  const side = (id: string): Side => {
    const head = heads[ids.indexOf(id)];
    return { id, head: head?.data, missing: Boolean(head?.error), candidate: item.candidates.find((one) => one.account_id === id) };
  };
  const name = (id: string): string => String(heads[ids.indexOf(id)]?.data?.account.name ?? item.candidates.find((one) => one.account_id === id)?.name ?? id);
  const decided = decidedOf(item.said, told.decided);
  const settled = isSettled(item, told.decided) || (item.candidates.length === 0 && decided.length > 0);
  const choose = (next: Choice | undefined) => put({ item: item.said, choice: next && writeChoice(next) });
  const send = () => {
    if (!choice) return;
    const merges = twins && choice.kind === "is" ? { loser: item.value, on: on || undefined } : undefined;
    write.mutate({ ...decisionOf(item.said, choice), merges, note: note.trim() }, { onSuccess: () => choose(undefined) });
  };
  const rows = Object.entries(item.rows).map(([table, count]) => `${counted(count, "row")} of ${tableWords(table)}`).join(", ");
  return (
    <Panel title={twins ? `Are ${name(item.value)} and ${item.candidates[0]?.name ?? "another account"} one company?` : `Whose is ${item.value}?`} note={twins ? "Both are accounts. If they are one, all rows of the first count as the other's." : rows ? `${rows} bring this ${item.kind}, and wait.` : `Nothing waits for this ${item.kind}; what is decided counts for rows to come, too.`}>
      <div className={css.stack}>
        {decided.map((one) => (
          <div key={one.account_id ?? "none"} className={css.decided} role="status">
            <IconCheck size={17} aria-hidden />
            <p>
              Decided: <b>{item.value}</b> {decidedWords(one, name)}. It counts from the next refresh on (‘accountlens refresh’).
            </p>
            {mayDecide && (
              <Button size="compact-sm" variant="default" leftSection={<IconArrowBackUp size={15} aria-hidden />} loading={undo.isPending} onClick={() => undo.mutate(one)}>
                Undo
              </Button>
            )}
          </div>
        ))}
        <Evidence item={item} mine={twins ? side(item.value) : undefined} sides={ids.slice(twins ? 1 : 0).map(side)} choice={choice} onChoose={mayDecide && !settled ? choose : undefined} />
        {mayDecide && !settled && !twins && (
          <div className={css.others}>
            <AccountChoice label="Another account" value={another} name={another && name(another)} onChoose={(id) => choose(id ? { kind: "is", account: id } : undefined)} />
            <Button variant={choice?.kind === "none" ? "filled" : "default"} aria-pressed={choice?.kind === "none"} onClick={() => choose(choice?.kind === "none" ? undefined : { kind: "none" })}>
              It is nobody’s
            </Button>
          </div>
        )}
        {mayDecide && choice && !settled && (
          <>
            <PreviewPane decision={decisionOf(item.said, choice)} name={choice.kind === "none" ? undefined : name(choice.account)} period={period} put={put} pending={told.decided.map((one) => `${one.said} ${one.account_id} ${one.accepted}`)} currency={currency} />
            <form
              className={css.decide}
              onSubmit={(event) => {
                event.preventDefault();
                send();
              }}
            >
              {twins && choice.kind === "is" && <TextInput type="date" label="From" description="Empty: they were ever one" value={on} onChange={(event) => setOn(event.currentTarget.value)} />}
              <TextInput className={css.grows} label="Why" description="Kept beside the decision; may be empty" maxLength={1000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
              <Button type="submit" loading={write.isPending}>
                {buttonWords(item, choice)}
              </Button>
            </form>
          </>
        )}
        {write.error || undo.error ? <ProblemView error={write.error ?? undo.error} /> : null}
        {settled && told.waiting.some((one) => one.said !== item.said && !isSettled(one, told.decided)) && (
          <div>
            <Button rightSection={<IconArrowRight size={15} aria-hidden />} onClick={onNext}>
              Next
            </Button>
          </div>
        )}
        {!mayDecide && <p className="quiet">Your role may look. Analysts and admins decide.</p>}
      </div>
    </Panel>
  );
}

function buttonWords(item: Waiting, choice: Choice): string {
  if (choice.kind === "none") return "Reject: it is nobody’s";
  if (item.kind === "account") return choice.kind === "is" ? "Merge them" : "Reject: they are two";
  return choice.kind === "is" ? "Accept this match" : "Reject this candidate";
}
