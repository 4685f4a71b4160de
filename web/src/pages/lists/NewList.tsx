// A new list: its name.

import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { createList, LISTS } from "@/api/lists";
import { ProblemView } from "@/parts/ProblemView";
import css from "./Lists.module.css";

export function NewList({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => createList(name.trim()),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: [LISTS] });
      onMade(made.name);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="New list" closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={submit}>
        <TextInput label="Name" description="Letters, digits, spaces, _ and -. The list “target” is the one that KPIs of target accounts mean." data-autofocus required withAsterisk={false} maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        {make.error && <ProblemView error={make.error} />}
        <Button type="submit" loading={make.isPending} disabled={!name.trim()}>
          Create
        </Button>
      </form>
    </Modal>
  );
}
