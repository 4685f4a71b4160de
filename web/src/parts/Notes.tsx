// Notes: what happened when and what somebody knows, read and written; on a chart over time they are marks.

import { ActionIcon, Button, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeNote, dropNote, type Note, writeNote } from "@/api/boards";
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
  const write = useMutation({
    mutationFn: () => writeNote({ text: text.trim(), on, kpi: kpi || null }),
    onSuccess: () => {
      setText("");
      void queries.invalidateQueries({ queryKey: ["notes"] });
    },
  });
  const shown = marksOf(notes, periods, kpis.map((one) => one.name)).flatMap((mark) => mark.notes);
  const mayWrite = who?.rights.includes("write_notes");
  return (
    <Modal opened onClose={onClose} title={`Notes: ${title}`} closeButtonProps={{ "aria-label": "Close" }}>
      <NoteList notes={shown} none="No note in the time this chart shows." />
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
          {write.error ? <ProblemView error={write.error} /> : null}
          <Button type="submit" loading={write.isPending} disabled={!text.trim()}>
            Write the note
          </Button>
        </form>
      )}
    </Modal>
  );
}

/** Notes, each with what may be done to it: written anew by its author, removed by him or an admin. */
export function NoteList({ notes, none }: { notes: readonly Note[]; none: string }) {
  const { data: who } = useQuery(session);
  const queries = useQueryClient();
  const [editing, setEditing] = useState<string>();
  const drop = useMutation({ mutationFn: dropNote, onSuccess: () => queries.invalidateQueries({ queryKey: ["notes"] }) });
  const tool = { variant: "subtle", color: "gray", c: "var(--ink-3)" } as const;
  return (
    <>
      <ul className={css.notes}>
        {notes.map((note) =>
          editing === note.id ? (
            <li key={note.id}>
              <Rewriting note={note} onDone={() => setEditing(undefined)} />
            </li>
          ) : (
            <li key={note.id}>
              <span>
                <b>{dateText(note.on)}</b> <span className={css.text}>{note.text}</span> <small className="quiet">{note.author}</small>
              </span>
              <span className={css.tools}>
                {note.mine && (
                  <ActionIcon {...tool} aria-label={`Change the note of ${dateText(note.on)}`} onClick={() => setEditing(note.id)}>
                    <IconPencil size={15} aria-hidden />
                  </ActionIcon>
                )}
                {(note.mine || who?.user?.role === "admin") && (
                  <ActionIcon {...tool} aria-label={`Remove the note of ${dateText(note.on)}`} onClick={() => drop.mutate(note.id)}>
                    <IconTrash size={15} aria-hidden />
                  </ActionIcon>
                )}
              </span>
            </li>
          ),
        )}
        {notes.length === 0 && <li className="quiet">{none}</li>}
      </ul>
      {drop.error ? <ProblemView error={drop.error} /> : null}
    </>
  );
}

function Rewriting({ note, onDone }: { note: Note; onDone: () => void }) {
  const queries = useQueryClient();
  const [text, setText] = useState(note.text);
  const change = useMutation({
    mutationFn: () => changeNote(note.id, text.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["notes"] });
      onDone();
    },
  });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Textarea aria-label={`The note of ${dateText(note.on)}`} data-autofocus autoFocus autosize minRows={2} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {change.error ? <ProblemView error={change.error} /> : null}
      <span className={css.tools}>
        <Button type="submit" size="xs" loading={change.isPending} disabled={!text.trim()}>
          Save
        </Button>
        <Button size="xs" variant="default" onClick={onDone}>
          Cancel
        </Button>
      </span>
    </form>
  );
}
