// Asks for a dashboard's name.

import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import css from "./Board.module.css";

interface Props {
  title: string;
  name: string;
  does: string; // the button's word
  busy?: boolean;
  onKeep: (name: string) => void;
  onClose: () => void;
}

export function NameDialog({ title, name, does, busy, onKeep, onClose }: Props) {
  const [text, setText] = useState(name);
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          onKeep(text.trim());
        }}
      >
        <TextInput label="Name" data-autofocus required maxLength={200} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" loading={busy} disabled={!text.trim()}>
          {does}
        </Button>
      </form>
    </Modal>
  );
}
