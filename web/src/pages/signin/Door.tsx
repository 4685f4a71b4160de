// The frame of what stands before the application: the name, a form, and what went wrong with it.

import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { asProblem, type Problem } from "@/api/problem";
import css from "./Door.module.css";

interface Props {
  title: string;
  lead?: ReactNode;
  action: string;
  submit: () => Promise<void>;
  children: ReactNode;
}

export function Door({ title, lead, action, submit, children }: Props) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${title} · accountlens`;
  }, [title]);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await submit();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className={css.door}>
      <form className={css.form} onSubmit={(event) => void send(event)}>
        <img src="/icon.svg" alt="" width={40} height={40} />
        <h1>{title}</h1>
        {lead && <p className={css.lead}>{lead}</p>}
        {children}
        <div aria-live="assertive">
          {problem && (
            <div className={css.problem} role="alert">
              <b>{problem.detail ?? problem.title}</b>
              {problem.mend && <span>{problem.mend}</span>}
            </div>
          )}
        </div>
        <Button type="submit" size="md" fullWidth loading={busy}>
          {action}
        </Button>
      </form>
    </main>
  );
}

export function Password({ value, onChange, chosen }: { value: string; onChange: (value: string) => void; chosen?: boolean }) {
  return (
    <PasswordInput
      label={chosen ? "Choose a password" : "Password"}
      description={chosen ? "Five plain words do well." : undefined}
      autoComplete={chosen ? "new-password" : "current-password"}
      size="md"
      required
      withAsterisk={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": "Show the password", tabIndex: 0 }}
    />
  );
}

/** The secret behind `#` of a link: no browser sends it, no server logs it. */
export const secretOf = (hash: string): string => decodeURIComponent(hash.replace(/^#/, ""));
