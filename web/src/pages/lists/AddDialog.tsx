// Accounts found by words and put on a list, from a day on.

import { Button, Modal, Select, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconSearch, IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Group, joinList, LISTS } from "@/api/lists";
import { accountsLike } from "@/api/queries";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Lists.module.css";
import { editedText, todayText } from "./telling";

const FOUND = 8;
const TYPED_MS = 150;

interface One {
  id: string;
  name: string;
}

export function AddDialog({ list, onClose, onDone }: { list: string; onClose: () => void; onDone: (told: string) => void }) {
  const [text, setText] = useState("");
  const [words] = useDebouncedValue(text.trim(), TYPED_MS);
  const [chosen, setChosen] = useState<readonly One[]>([]);
  const [on, setOn] = useState(todayText);
  const [group, setGroup] = useState<Group>("target");
  const { data } = useQuery(accountsLike(words, FOUND + chosen.length));
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => joinList(list, { accounts: chosen.map((one) => one.id), on, group: list === "target" ? group : null }),
    onSuccess: (edited) => {
      void queries.invalidateQueries({ queryKey: [LISTS] });
      onDone(`${list}: ${editedText(edited)}, from ${dateText(on)} on.`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen.length) add.mutate();
  };
  const found = (data?.account_id ?? []).map((id, place): One => ({ id, name: data?.name[place] ?? id }));
  const offered = found.filter((one) => !chosen.some((other) => other.id === one.id)).slice(0, FOUND);
  return (
    <Modal opened onClose={onClose} title={`Add accounts to ${list}`} closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <TextInput label="Find" placeholder="Name, domain or id" leftSection={<IconSearch size={15} aria-hidden />} data-autofocus value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <ul className={css.offered} aria-label="Accounts found">
          {!data && <Skeleton height={180} />}
          {offered.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => setChosen([...chosen, one])}>
                <IconPlus size={14} aria-hidden /> {one.name} <span className="quiet">{one.id}</span>
              </button>
            </li>
          ))}
          {data && offered.length === 0 && <li className="quiet">No account is called so.</li>}
        </ul>
        {chosen.length > 0 && (
          <ul className={css.chips} aria-label="Chosen accounts">
            {chosen.map((one) => (
              <li key={one.id}>
                {one.name}
                <button type="button" aria-label={`Leave out ${one.name}`} onClick={() => setChosen(chosen.filter((other) => other.id !== one.id))}>
                  <IconX size={13} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        )}
        {list === "target" && <Select label="Group" data={["target", "control"]} value={group} onChange={(value) => value && setGroup(value as Group)} />}
        <TextInput type="date" label="From" required withAsterisk={false} value={on} onChange={(event) => setOn(event.currentTarget.value)} />
        {add.error && <ProblemView error={add.error} />}
        <Button type="submit" loading={add.isPending} disabled={chosen.length === 0 || !on}>
          {chosen.length ? `Add ${counted(chosen.length, "account")}` : "Add"}
        </Button>
        <p className="quiet">It is written at once, and counts in figures from the next refresh on.</p>
      </form>
    </Modal>
  );
}
