// One quarantined row, column by column, the faulty one first; kept, it is taken in place of the faulty row.

import { Button, Modal, TextInput } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Aside, MendedRow } from "@/api/data";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import css from "./Data.module.css";
import { cellText, faultyColumn, mendedRow, tableWords } from "./telling";

interface Props {
  row: Aside;
  columns: readonly string[]; // of its table, for a line that could not be split
  mend: UseMutationResult<number, Error, readonly MendedRow[]>;
  onClose: () => void;
}

export function MendForm({ row, columns, mend, onClose }: Props) {
  const content = typeof row.content === "string" ? undefined : row.content;
  const names = content ? Object.keys(content) : columns;
  const came = (name: string): string => cellText(content?.[name]);
  const [cells, setCells] = useState<Record<string, string>>(() => Object.fromEntries(names.map((name) => [name, came(name)])));
  const [same, setSame] = useState(false);
  const faulty = faultyColumn(row.reason, names);
  const ordered = faulty ? [faulty, ...names.filter((name) => name !== faulty)] : names;
  const keep = (event: FormEvent) => {
    event.preventDefault();
    mend.mutate([mendedRow(row, cells)], { onSuccess: (count) => (count ? onClose() : setSame(true)) });
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={`Mend a row of ${tableWords(row.table)}`} closeButtonProps={{ "aria-label": "Close" }}>
      <form className={css.form} onSubmit={keep}>
        <p className={css.mend}>
          <b>{row.reason}.</b> It is row {row.row_number} of {row.source}.
        </p>
        {!content && <pre className={css.line}>{cellText(row.content)}</pre>}
        {names.length === 0 && <p>The line could not be split into columns, and no other row says which there are. Mend it in its source.</p>}
        <div className={css.fields}>
          {ordered.map((name) => (
            <TextInput
              key={name}
              label={name}
              data-autofocus={name === ordered[0] || undefined}
              error={name === faulty && cells[name] === came(name) ? row.reason : undefined}
              description={content && cells[name] !== came(name) ? `was ${came(name) || "empty"}` : undefined}
              value={cells[name] ?? ""}
              onChange={(event) => setCells({ ...cells, [name]: event.currentTarget.value })}
            />
          ))}
        </div>
        {same && <p role="status">Nothing was changed: the row is as it came.</p>}
        {mend.error && <ProblemView error={mend.error} />}
        <p className="quiet">The row is checked again at the next refresh and counted once. When it changes in its source, this is not used any more.</p>
        <Button type="submit" loading={mend.isPending} disabled={names.length === 0}>
          Keep the mended row
        </Button>
        <span className="unseen" role="status">
          {counted(names.filter((name) => cells[name] !== came(name)).length, "column")} changed
        </span>
      </form>
    </Modal>
  );
}
