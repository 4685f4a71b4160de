// All of a draft but its formula: what it is called, what it asks, how it is told and read.

import { Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Draft, type Fault, measures } from "@/api/composing";
import { catalog } from "@/api/queries";
import css from "./Compose.module.css";

const GOOD = { up: "Higher is better", down: "Lower is better", context: "Neither by itself" };
const LEADS = { leading: "Leading", lagging: "Lagging", both: "Leading and lagging" };
const REVIEWS = ["weekly", "monthly", "quarterly", "annual"];

interface Props {
  draft: Draft;
  faults: readonly Fault[];
  onChange: (change: Partial<Draft>) => void;
}

export function Fields({ draft, faults, onChange }: Props) {
  const { data } = useQuery(measures);
  const { data: known } = useQuery(catalog);
  const fault = (field: string) => {
    const found = faults.find((one) => one.field === field);
    return found && `${found.what} ${found.mend}`;
  };
  const choice = <Key extends keyof Draft>(key: Key, words: Record<string, string>) => ({
    data: Object.entries(words).map(([value, label]) => ({ value, label })),
    value: String(draft[key]),
    onChange: (value: string | null) => value && onChange({ [key]: value } as Partial<Draft>),
    allowDeselect: false,
  });
  const families = [...new Set(["own", ...(known?.families ?? [])])];
  return (
    <div className={css.fields}>
      <TextInput className={css.wide} label="Label" description="As people see it." maxLength={80} value={draft.label} onChange={(event) => onChange({ label: event.currentTarget.value })} />
      <TextInput className={css.wide} label="Question" description="The question it answers." placeholder="What do we win for each account that deals with us?" maxLength={300} value={draft.asks} onChange={(event) => onChange({ asks: event.currentTarget.value })} />
      <TextInput label="Name" description="As it is asked by." maxLength={60} value={draft.name} error={fault("name")} onChange={(event) => onChange({ name: event.currentTarget.value })} />
      <Select label="Unit" description="As the value is told." error={fault("unit")} {...choice("unit", Object.fromEntries((data?.units ?? [draft.unit]).map((unit) => [unit, unit.replaceAll("_", " ")])))} />
      <Select label="Direction" description="What is good." {...choice("good", GOOD)} />
      <Select label="Kind" description="Tells ahead, or after." {...choice("leads", LEADS)} />
      <Select label="Reviewed" description="How often." {...choice("review", Object.fromEntries(REVIEWS.map((word) => [word, word])))} />
      <Select label="Family" description="Where it stands in the catalog." {...choice("family", Object.fromEntries(families.map((name) => [name, name])))} />
      <Textarea className={css.wide} label="Notes" description="How to read it, what it does not tell." autosize minRows={2} maxLength={4000} value={draft.notes} onChange={(event) => onChange({ notes: event.currentTarget.value })} />
    </div>
  );
}
