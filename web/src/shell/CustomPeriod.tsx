// A period of one's own: from a month to a month, or as the command line writes it.

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import css from "./Filters.module.css";

export function CustomPeriod({ value, onChange }: { value: string; onChange: (period: string) => void }) {
  const months = /^(\d{4}-\d{2})\.\.(\d{4}-\d{2})$/.exec(value);
  const [from, setFrom] = useState(months?.[1] ?? "");
  const [to, setTo] = useState(months?.[2] ?? "");
  const ready = from !== "" && to !== "" && from <= to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onChange(`${from}..${to}`);
  };
  return (
    <form className={css.custom} onSubmit={submit}>
      <TextInput type="month" size="xs" label="From" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
      <TextInput type="month" size="xs" label="To" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button type="submit" size="xs" disabled={!ready}>
        Show
      </Button>
    </form>
  );
}
