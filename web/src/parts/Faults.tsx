// What is wrong with which row of an import, each with its remedy: another content of the cell, or without the row.

import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { components } from "@/api/schema";
import { counted, showCount } from "@/words/format";
import { faultText, lineText } from "@/words/rows";
import css from "./Faults.module.css";

export type Fault = components["schemas"]["RowFault"];

const SHOWN = 50;

interface Props {
  text: string;
  faults: readonly Fault[];
  busy: boolean;
  onMend: (fault: Fault, content: string) => void;
  onLeaveOut: (lines: ReadonlySet<number>) => void;
}

export function Faults({ text, faults, busy, onMend, onLeaveOut }: Props) {
  return (
    <section aria-label="Rows to mend" className={css.faults}>
      <ul>
        {faults.slice(0, SHOWN).map((fault) => (
          <li key={`${fault.line} ${fault.cell} ${fault.given} ${fault.what}`}>
            <p>
              <b>Row {showCount(fault.row)}</b> <span className="quiet">{lineText(text, fault.line)}</span>
            </p>
            <p>{faultText(fault)}</p>
            <Mend fault={fault} busy={busy} onMend={(content) => onMend(fault, content)} onLeaveOut={() => onLeaveOut(new Set([fault.line]))} />
          </li>
        ))}
      </ul>
      {faults.length > SHOWN && <p className="quiet">And {showCount(faults.length - SHOWN)} more, told when these are mended.</p>}
      {faults.length > 1 && (
        <Button size="xs" variant="default" disabled={busy} onClick={() => onLeaveOut(new Set(faults.map((fault) => fault.line)))}>
          Leave all {counted(faults.length, "row")} out
        </Button>
      )}
    </section>
  );
}

interface MendProps {
  fault: Fault;
  busy: boolean;
  onMend: (content: string) => void;
  onLeaveOut: () => void;
}

function Mend({ fault, busy, onMend, onLeaveOut }: MendProps) {
  const [content, setContent] = useState(fault.given);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (content.trim()) onMend(content.trim());
  };
  return (
    <form className={css.mend} onSubmit={submit}>
      <TextInput size="xs" aria-label={`Row ${fault.row}, in place of “${fault.given}”`} value={content} onChange={(event) => setContent(event.currentTarget.value)} />
      <Button size="xs" type="submit" variant="default" disabled={busy || !content.trim() || content === fault.given}>
        Use it
      </Button>
      {fault.meant.map((meant) => (
        <Button key={meant} size="xs" variant="light" disabled={busy} aria-label={`Row ${fault.row}: use ${meant}`} onClick={() => onMend(meant)}>
          {meant}
        </Button>
      ))}
      <Button size="xs" variant="subtle" disabled={busy} aria-label={`Leave out row ${fault.row}`} onClick={onLeaveOut}>
        Leave out
      </Button>
    </form>
  );
}
