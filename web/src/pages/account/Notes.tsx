// What colleagues know about an account: read, written, written anew, removed.

import { Button, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Head } from "@/api/accounts";
import { notesOfAccount, writeNote } from "@/api/boards";
import { session } from "@/api/session";
import { NoteList } from "@/parts/Notes";
import { ProblemView } from "@/parts/ProblemView";
import css from "./Account.module.css";
import { Waits } from "./Waits";

export function Notes({ head }: { head: Head }) {
  const id = String(head.account.account_id);
  const asked = useQuery(notesOfAccount(id));
  const { data: who } = useQuery(session);
  return (
    <Waits title="Notes" note="Whoever sees this account reads them." asked={asked} height={90}>
      <NoteList notes={asked.data ?? []} none="No note yet." />
      {who?.rights.includes("write_notes") && <Writing id={id} today={head.now.slice(0, 10)} />}
    </Waits>
  );
}

function Writing({ id, today }: { id: string; today: string }) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [on, setOn] = useState(today);
  const write = useMutation({
    mutationFn: () => writeNote({ text: text.trim(), on: on || null, account_id: id }),
    onSuccess: () => {
      setText("");
      void queries.invalidateQueries({ queryKey: ["notes"] });
    },
  });
  return (
    <form
      className={`${css.writing} ${css.unprinted}`}
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate();
      }}
    >
      <Textarea aria-label="New note" placeholder="What should everybody know who calls them?" autosize minRows={2} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <TextInput type="date" aria-label="Day" value={on} onChange={(event) => setOn(event.currentTarget.value)} />
      <Button type="submit" variant="default" loading={write.isPending} disabled={!text.trim()}>
        Write the note
      </Button>
      {write.error ? <ProblemView error={write.error} /> : null}
    </form>
  );
}
