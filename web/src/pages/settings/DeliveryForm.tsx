// The fields of a delivery, each with what is wrong beside it.

import { Autocomplete, Button, Checkbox, Select, TagsInput, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { addDelivery, again, changeDelivery, previewTyped, triedOf, type Ways } from "@/api/deliveries";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Coming } from "./Coming";
import { type Draft, isAddressed, needsAudience, typedOf, usualOptions } from "./draft";
import { OptionFields } from "./OptionFields";
import { Previews } from "./Previews";
import css from "./Settings.module.css";
import { channelWords, kindWords } from "./words";

const TYPED_MS = 300;
const TIMES = ["every Monday 08:00", "every weekday 07:30", "every day 08:00", "first working day of the month 07:30", "last working day of the quarter 16:00", "every 2 hours", "0 8 * * MON"];

interface Props {
  ways: Ways;
  first: Draft;
  id: string | undefined; // of the one that is changed
}

export function DeliveryForm({ ways, first, id }: Props) {
  const [draft, setDraft] = useState<Draft>(first);
  const [touched, setTouched] = useState(id !== undefined); // an empty form is not yet wrong
  const [asked] = useDebouncedValue(draft, TYPED_MS);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const tried = useQuery(triedOf(typedOf(asked, ways, id)));
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const typed = typedOf(draft, ways, id);
  const look = useMutation({ mutationFn: () => previewTyped(typed) });
  const keep = useMutation({
    mutationFn: async () => {
      const { faults } = await queries.fetchQuery(triedOf(typed)); // what was typed last may not have been looked at yet
      if (faults.length > 0) return false;
      const { id: _, kind, ...rest } = typed;
      await (id ? changeDelivery(id, rest) : addDelivery({ ...rest, kind: kind ?? "", name: draft.name, schedule: draft.schedule, channel: draft.channel }));
      return true;
    },
    onSuccess: async (kept) => {
      if (!kept) return;
      await again();
      await navigate({ to: "/settings", search: {} });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    keep.mutate();
  };
  const begun: Record<string, boolean> = { name: draft.name !== "", to: draft.to.length > 0, audience: draft.audience !== null, options: draft.kind !== "kpis" || (draft.options.kpis as unknown[] | undefined)?.length !== undefined };
  const fault = (field: string): string | undefined => {
    const found = tried.data?.faults.find((one) => one.field === field);
    return found && (touched || begun[field] !== false) ? [found.what, found.mend].filter(Boolean).join(" ") : undefined;
  };
  const kind = ways.kinds.find((one) => one.kind === draft.kind);
  const people = ways.people.map((one) => ({ value: one.id, label: `${one.name || one.email}’s accounts (${one.role.toLowerCase()})` }));
  return (
    <form className={css.columns} onSubmit={submit} noValidate>
      <div className={css.stack}>
        <Panel title="What is sent">
          <div className={css.fields}>
            <TextInput label="Name" description="Also the subject of a digest." maxLength={200} value={draft.name} error={fault("name")} onChange={(event) => change({ name: event.currentTarget.value })} />
            <Select label="Kind" description={kind && `${kind.about.slice(0, 1).toUpperCase()}${kind.about.slice(1)}.`} allowDeselect={false} disabled={id !== undefined} value={draft.kind} data={ways.kinds.map((one) => ({ value: one.kind, label: kindWords(one.kind) }))} onChange={(value) => value && change({ kind: value, options: usualOptions(value, ways) })} />
            {kind && <OptionFields kind={kind} options={draft.options} fault={fault("options")} onChange={(options) => change({ options })} />}
          </div>
        </Panel>
        <Panel title="To whom" note="Users get the accounts they see when they sign in. For everybody else it is said whose accounts are shown.">
          <div className={css.fields}>
            <Select label="Channel" allowDeselect={false} value={draft.channel} error={fault("channel")} data={ways.channels.map((one) => ({ value: one.name, label: `${one.name} (${channelWords(one.type)})` }))} onChange={(value) => value && change({ channel: value })} />
            {isAddressed(draft, ways) && <TagsInput className={css.wide} label="Recipients" description="Users by e-mail, or any other address; Enter after each." clearable splitChars={[",", ";", " "]} acceptValueOnBlur data={ways.people.map((one) => one.email)} value={draft.to} error={fault("to")} onChange={(to) => change({ to })} />}
            {needsAudience(draft, ways) && <Select className={css.wide} label="Whose accounts are shown" description={isAddressed(draft, ways) ? "To those who do not sign in here." : "Whoever reads the channel sees them."} searchable value={draft.audience} error={fault("audience")} data={[{ value: "all", label: "Every account" }, ...people]} onChange={(audience) => change({ audience })} />}
            <Checkbox className={css.wide} label="Everybody may have it sent to himself" description="Of his own accounts, by a channel that leads to each recipient." checked={draft.open} onChange={(event) => change({ open: event.currentTarget.checked })} />
          </div>
        </Panel>
        <Panel title="When">
          <Autocomplete label="Schedule" description="Plain words, or the five fields of cron; a time zone may follow." maxLength={200} data={TIMES} filter={({ options, search }) => (TIMES.includes(search) ? options : options.filter((one) => "label" in one && one.label.startsWith(search)))} value={draft.schedule} error={fault("schedule")} onChange={(schedule) => change({ schedule })} />
          <Coming tried={tried.data} fading={asked !== draft || tried.isPlaceholderData} />
        </Panel>
        {(keep.error ?? tried.error) && <ProblemView error={keep.error ?? tried.error} />}
        <div className={css.doings}>
          <Button type="submit" loading={keep.isPending}>
            {id ? "Save" : "Add the delivery"}
          </Button>
          {touched && (tried.data?.faults.length ?? 0) > 0 && <span className={css.bad}>Something is still to be put right above.</span>}
        </div>
      </div>
      <Panel
        title="What each gets"
        note="As it would be sent now. Nothing is sent."
        actions={
          <Button variant="default" size="xs" loading={look.isPending} disabled={!tried.data || tried.data.faults.length > 0} onClick={() => look.mutate()}>
            {look.data ? "Show anew" : "Show"}
          </Button>
        }
      >
        {look.error && <ProblemView error={look.error} />}
        {look.data && <Previews previews={look.data.previews} />}
        {!look.data && !look.error && <p className="quiet">Each recipient’s text, of the accounts he sees.</p>}
      </Panel>
    </form>
  );
}
