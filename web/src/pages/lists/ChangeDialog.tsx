// One change of several accounts: onto a list, off it, into the other group, into a tier; from a day on.

import { Autocomplete, Button, Modal, Select, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Group, joinList, leaveList, LISTS, setTier } from "@/api/lists";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { dateText } from "@/words/periods";
import css from "./Lists.module.css";
import { editedText, tieredText, todayText } from "./telling";

export type Doing =
  | { kind: "join"; list?: string; group?: Group }
  | { kind: "leave"; list: string }
  | { kind: "tier" };

interface Props {
  doing: Doing;
  accounts: readonly string[];
  lists: readonly string[];
  tiers: readonly string[];
  onClose: () => void;
  onDone: (told: string) => void;
}

const GROUPS = [
  { value: "target", label: "Target: worked on" },
  { value: "control", label: "Control: measured against, not worked on" },
];

export function ChangeDialog({ doing, accounts, lists, tiers, onClose, onDone }: Props) {
  const [on, setOn] = useState(todayText);
  const [list, setList] = useState(doing.kind === "tier" ? "" : (doing.list ?? lists[0] ?? ""));
  const [group, setGroup] = useState<Group>((doing.kind === "join" && doing.group) || "target");
  const [tier, setTierText] = useState("");
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: async () => {
      const body = { accounts: [...accounts], on };
      if (doing.kind === "tier") return tieredText(await setTier({ ...body, tier: tier.trim() }));
      if (doing.kind === "leave") return `${list}: ${editedText(await leaveList(list, body))}`;
      return `${list}: ${editedText(await joinList(list, { ...body, group: list === "target" ? group : null }))}`;
    },
    onSuccess: (told) => {
      void queries.invalidateQueries({ queryKey: [LISTS] });
      onDone(`${told}, from ${dateText(on)} on.`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const ready = doing.kind === "tier" ? tier.trim() : list;
  return (
    <Modal opened onClose={onClose} title={titleOf(doing, accounts.length)} closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        {doing.kind === "join" && !doing.list && <Select label="List" data={[...lists]} value={list} onChange={(value) => value && setList(value)} data-autofocus />}
        {doing.kind === "join" && list === "target" && !doing.group && <Select label="Group" data={GROUPS} value={group} onChange={(value) => value && setGroup(value as Group)} />}
        {doing.kind === "tier" && <Autocomplete label="Tier" data={[...tiers]} value={tier} onChange={setTierText} required withAsterisk={false} maxLength={200} data-autofocus />}
        <TextInput type="date" label="From" description={doing.kind === "leave" ? "What was before that day stays as it was." : "Figures of days before stay as they were."} required withAsterisk={false} value={on} onChange={(event) => setOn(event.currentTarget.value)} />
        {change.error && <ProblemView error={change.error} />}
        <Button type="submit" loading={change.isPending} disabled={!ready || !on}>
          Save
        </Button>
        <p className="quiet">It is written at once, and counts in figures from the next refresh on.</p>
      </form>
    </Modal>
  );
}

function titleOf(doing: Doing, count: number): string {
  const accounts = counted(count, "account");
  if (doing.kind === "tier") return `Set the tier of ${accounts}`;
  if (doing.kind === "leave") return `Take ${accounts} off ${doing.list}`;
  if (doing.group) return `Move ${accounts} to ${doing.group}`;
  return doing.list ? `Add ${accounts} to ${doing.list}` : `Add ${accounts} to a list`;
}
