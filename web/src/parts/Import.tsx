// Rows from a file or pasted: first they are checked, what is wrong is told row by row and mended here, then all are saved.

import { Button, FileButton, Modal, Textarea } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { counted } from "@/words/format";
import { withCell, withoutLines } from "@/words/rows";
import { type Fault, Faults } from "./Faults";
import css from "./Import.module.css";
import { ProblemView } from "./ProblemView";

const MOST = 8_000_000; // signs that the API takes, as a rule: it counts bytes
const SHOWN = 250_000; // signs that a field still shows and takes in without a stutter

interface Told {
  rows: number;
  faults: readonly Fault[];
}

interface Props<One extends Told> {
  title: string;
  label: string;
  description: string;
  example: string;
  more?: ReactNode; // what counts for rows that do not say it
  options?: ReactNode;
  circumstances: string; // of `more` and `options`: with others what was checked counts no more
  ready?: boolean;
  closing: string;
  send: (text: string, check: boolean) => Promise<One>;
  said: (told: One) => string; // what will be done
  onSaved: (told: One) => void;
  onClose: () => void;
}

export function Import<One extends Told>({ title, label, description, example, more, options, circumstances, ready = true, closing, send, said, onSaved, onClose }: Props<One>) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string>();
  const check = useMutation({ mutationFn: async (words: string) => ({ text: words, told: await send(words, true) }) });
  const save = useMutation({ mutationFn: () => send(text, false), onSuccess: onSaved });
  const { reset } = check;
  useEffect(() => reset(), [circumstances, reset]);
  const put = (words: string) => {
    setText(words);
    check.reset();
    save.reset();
  };
  const mend = (words: string) => {
    setText(words);
    save.reset();
    check.mutate(words);
  };
  const read = async (file: File | null) => {
    if (!file) return;
    const words = await file.text();
    const wrong = wrongWith(words);
    setProblem(wrong);
    if (!wrong) mend(words);
  };
  const checked = check.data?.text === text ? check.data.told : undefined;
  const faults = checked?.faults ?? [];
  return (
    <Modal opened onClose={onClose} size="xl" title={title} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={css.form}>
        <div className={css.bar}>
          <FileButton onChange={(file) => void read(file)} accept=".csv,.tsv,.txt,text/csv,text/plain">
            {(props) => (
              <Button {...props} variant="default" leftSection={<IconFileUpload size={15} aria-hidden />}>
                Choose a file
              </Button>
            )}
          </FileButton>
          {more}
        </div>
        {text.length > SHOWN ? (
          <p>
            {counted(text.split("\n").length, "line")}, too many to be shown here.{" "}
            <Button size="compact-xs" variant="subtle" onClick={() => put("")}>
              Take another
            </Button>
          </p>
        ) : (
          <Textarea label={label} description={description} placeholder={example} rows={7} className={css.paste} data-autofocus value={text} onChange={(event) => put(event.currentTarget.value)} />
        )}
        {options}
        {problem && (
          <p role="alert" className={css.bad}>
            {problem}
          </p>
        )}
        {(check.error ?? save.error) && <ProblemView error={check.error ?? save.error} />}
        <div role="status">{checked && <p className={css.sum} data-faulty={faults.length > 0 || undefined}>{sumText(checked, said(checked))}</p>}</div>
        {faults.length > 0 && (
          <Faults text={text} faults={faults} busy={check.isPending} onMend={(fault, content) => mend(withCell(text, fault.line, fault.cell, content))} onLeaveOut={(lines) => mend(withoutLines(text, lines))} />
        )}
        <div className={css.foot}>
          <Button variant={checked ? "default" : "filled"} loading={check.isPending} disabled={!text.trim() || !ready} onClick={() => check.mutate(text)}>
            Check
          </Button>
          <Button loading={save.isPending} disabled={!checked || faults.length > 0} onClick={() => save.mutate()}>
            Save
          </Button>
        </div>
        <p className="quiet">Nothing is written before you save; then all rows are, or none. {closing}</p>
      </div>
    </Modal>
  );
}

function sumText({ rows, faults }: Told, said: string): string {
  const all = counted(rows, "row");
  if (faults.length) return `${all}: ${counted(faults.length, "has", "have")} to be mended first. Of the others, ${said}.`;
  return `${all}, all right: ${said}.`;
}

function wrongWith(words: string): string | undefined {
  if (words.includes("\uFFFD") || words.includes("\0")) return "This file is not UTF-8 text. Save it as CSV UTF-8.";
  if (words.length > MOST) return "This file is too long: 8 MB at most. Divide it, or import it by the command line.";
  return undefined;
}
