// Keeps only accounts whose figure lies on one side of a number.

import { Button, Modal, NumberInput, SegmentedControl } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { type Bound, scaleOf } from "./bounds";
import type { Column } from "./columns";
import css from "./Accounts.module.css";

interface Props {
  column: Column | undefined; // undefined: closed
  currency: string;
  onClose: () => void;
  onAdd: (bound: Bound) => void;
}

const UNITS: Record<string, string> = { fraction: " %", days: " days", hours: " hours", months: " months", minutes: " minutes" };

export function BoundForm({ column, currency, onClose, onAdd }: Props) {
  return (
    <Modal opened={column !== undefined} onClose={onClose} title={column ? `Only where: ${column.title}` : ""} centered size="sm" closeButtonProps={{ "aria-label": "Close" }}>
      {column && <Form column={column} currency={currency} onAdd={onAdd} />}
    </Modal>
  );
}

function Form({ column, currency, onAdd }: { column: Column; currency: string; onAdd: (bound: Bound) => void }) {
  const [sign, setSign] = useState<string>(column.shows === "change" ? "<=" : ">=");
  const [number, setNumber] = useState<string | number>("");
  const unit = column.kpi?.unit ?? "";
  const suffix = unit === "money" ? ` ${currency}` : column.shows === "change" && unit === "fraction" ? " pp" : (UNITS[unit] ?? "");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (typeof number === "number") onAdd({ key: column.key, sign: sign as Bound["sign"], number: number / scaleOf(column) });
  };
  return (
    <form onSubmit={add} className={css.form}>
      <SegmentedControl
        aria-label="Side"
        value={sign}
        onChange={setSign}
        data={[
          { value: ">=", label: "at least" },
          { value: "<=", label: "at most" },
        ]}
      />
      <NumberInput label="Number" data-autofocus suffix={suffix} value={number} onChange={setNumber} thousandSeparator hideControls required />
      <p className="quiet">Accounts whose figure is unknown are left out.</p>
      <Button type="submit" disabled={typeof number !== "number"}>
        Keep only these
      </Button>
    </form>
  );
}
