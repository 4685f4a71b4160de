// Notes of a chart: what happened when, read and written; on the chart itself they are marks.

import { ActionIcon, Button, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { dropNote, type Note, writeNote } from "@/api/boards";
import { session } from "@/api/session";
import type { Period } from "@/words/answer";
import { daysOf, marksOf } from "@/words/notes";
import { dateText } from "@/words/periods";
import css from "./Notes.module.css";
import { ProblemView } from "./ProblemView";

interface Props {
  title: string;
  kpis: readonly { name: string; label: string }[];
  periods: readonly Period[];
  notes: readonly Note[];
  onClose: () => void;
}

const EVERY = "";

export function NotesDialog({ title, kpis, periods, notes, onClose }: Props) {
  const { data: who } = useQuery(session);
  const queries = useQueryClient();
  const { since, until } = daysOf(periods);
  const [on, setOn] = useState(until ?? "");
  const [kpi, setKpi] = useState<string>(kpis.length === 1 ? (kpis[0]?.name ?? EVERY) : EVERY);
  const [text, setText] = useState("");
  const renewed = () => queries.invalidateQueries({ queryKey: ["notes"] });
  const write = useMutation({
    mutationFn: () => writeNote({ text: text.trim(), on, kpi: kpi || null }),
    onSuccess: () => {
      setText("");
      void renewed();
    },
  });
  const drop = useMutation({ mutationFn: dropNote, onSuccess: renewed });
  const shown = marksOf(notes, periods, kpis.map((one) => one.name)).flatMap((mark) => mark.notes);
  const mayWrite = who?.rights.includes("write_notes");
  return (
    <Modal opened onClose={onClose} title={`Notes: ${title}`} closeButtonProps={{ "aria-label": "Close" }}>
      <ul className={css.notes}>
        {shown.map((note) => (
          <li key={note.id}>
            <span>
              <b>{dateText(note.on)}</b> {note.text} <small className="quiet">{note.author}</small>
            </span>
            {(note.mine || who?.user?.role === "admin") && (
              <ActionIcon variant="subtle" color="gray" c="var(--ink-3)" aria-label={`Remove the note of ${dateText(note.on)}`} onClick={() => drop.mutate(note.id)}>
                <IconTrash size={15} aria-hidden />
              </ActionIcon>
            )}
          </li>
        ))}
        {shown.length === 0 && <li className="quiet">No note in the time this chart shows.</li>}
      </ul>
      {mayWrite && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            write.mutate();
          }}
        >
          <TextInput type="date" label="Day" required min={since} max={until} value={on} onChange={(event) => setOn(event.currentTarget.value)} />
          <Select label="About" value={kpi} onChange={(value) => setKpi(value ?? EVERY)} data={[{ value: EVERY, label: "The company, on all charts" }, ...kpis.map(({ name, label }) => ({ value: name, label }))]} />
          <Textarea label="What happened" required autosize minRows={2} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          {(write.error ?? drop.error) ? <ProblemView error={write.error ?? drop.error} /> : null}
          <Button type="submit" loading={write.isPending} disabled={!text.trim()}>
            Write the note
          </Button>
        </form>
      )}
    </Modal>
  );
}
