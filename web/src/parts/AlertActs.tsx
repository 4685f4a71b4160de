// What people do with an alert: take care of it, snooze it or its account, and take either back.

import { Button, Checkbox, Popover, TextInput } from "@mantine/core";
import { IconCheck, IconZzz } from "@tabler/icons-react";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { acknowledge, type Alert, ALERTS, reopen, snoozeAccount, snoozeAlert } from "@/api/alerts";
import { dateText } from "@/words/periods";
import { dayAfter, endOfDay } from "@/words/snoozing";
import css from "./AlertItem.module.css";

/** Something that was done, in words, and how it is taken back. */
export interface Act {
  told: string;
  run: () => Promise<void>;
  back?: () => Promise<void>;
}

export type Acting = UseMutationResult<void, Error, Act>;

/** Does it, and asks all alerts anew; the last act is what can be taken back. */
export function useActing(): Acting {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: Act) => act.run(),
    onSettled: () => queries.invalidateQueries({ queryKey: [ALERTS] }),
  });
}

interface Props {
  alert: Alert;
  account: string | null; // whose alert it is
  name: string;
  acting: Acting;
}

export function AlertActs({ alert, account, name, acting }: Props) {
  const about = `${alert.label}, ${name}`;
  const say = (told: string, run: () => Promise<void>, back?: () => Promise<void>) => acting.mutate({ told: `${told}: ${about}.`, run, back });
  if (alert.state === "resolved") return null;
  if (alert.snoozed_until)
    return (
      <Button size="xs" variant="default" loading={acting.isPending} aria-label={alert.account_snoozed ? `Wake the account: ${about}` : `Wake ${about}`} onClick={() => say(alert.account_snoozed ? "Awake, with its account" : "Awake", () => wake(alert, account))}>
        {alert.account_snoozed ? "Wake the account" : "Wake"}
      </Button>
    );
  return (
    <>
      {alert.state === "open" ? (
        <Button size="xs" variant="default" leftSection={<IconCheck size={14} aria-hidden />} loading={acting.isPending} aria-label={`Take care of ${about}`} onClick={() => say("Taken care of", () => acknowledge(alert.id), () => reopen(alert.id))}>
          Take care
        </Button>
      ) : (
        <Button size="xs" variant="default" loading={acting.isPending} aria-label={`Open again ${about}`} onClick={() => say("Open again", () => reopen(alert.id), () => acknowledge(alert.id))}>
          Open again
        </Button>
      )}
      <Snooze
        about={about}
        name={account ? name : undefined}
        busy={acting.isPending}
        onSnooze={(day, whole) => {
          const until = endOfDay(day);
          const put = whole && account ? (to: string | null) => snoozeAccount(account, to) : (to: string | null) => snoozeAlert(alert.id, to);
          say(`Snoozed until ${dateText(day)}${whole ? ", all of its account" : ""}`, () => put(until), () => put(null));
        }}
      />
    </>
  );
}

async function wake(alert: Alert, account: string | null): Promise<void> {
  await snoozeAlert(alert.id, null);
  if (alert.account_snoozed && account) await snoozeAccount(account, null);
}

const QUICK = [1, 7, 14, 30];
const LONGEST_DAYS = 366;

function Snooze({ about, name, busy, onSnooze }: { about: string; name: string | undefined; busy: boolean; onSnooze: (day: string, whole: boolean) => void }) {
  const [opened, setOpened] = useState(false);
  const [whole, setWhole] = useState(false);
  const [day, setDay] = useState("");
  const snooze = (until: string) => {
    setOpened(false);
    onSnooze(until, whole);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    snooze(day);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconZzz size={14} aria-hidden />} disabled={busy} aria-label={`Snooze ${about}`} onClick={() => setOpened((was) => !was)}>
          Snooze
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Snooze ${about}`}>
        <form className={css.act} onSubmit={submit}>
          {name !== undefined && <Checkbox size="xs" checked={whole} onChange={(event) => setWhole(event.currentTarget.checked)} label={`All alerts about ${name}, also new ones`} />}
          <div className={css.quick} role="group" aria-label="For so many days">
            {QUICK.map((days) => (
              <Button key={days} size="compact-sm" variant="light" onClick={() => snooze(dayAfter(days))}>
                {days === 1 ? "1 day" : `${days} days`}
              </Button>
            ))}
          </div>
          <div className={css.until}>
            <TextInput type="date" size="xs" flex={1} label="Or until" required withAsterisk={false} min={dayAfter(1)} max={dayAfter(LONGEST_DAYS - 1)} value={day} onChange={(event) => setDay(event.currentTarget.value)} />
            <Button size="xs" type="submit" disabled={!day}>
              Snooze
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
