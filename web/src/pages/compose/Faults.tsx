// What is wrong with a formula, at its place, and how to mend it.

import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import type { Fault } from "@/api/composing";
import css from "./Compose.module.css";
import { mended } from "./composing";

interface Props {
  formula: string;
  faults: readonly Fault[];
  pending: boolean;
  onMend: (formula: string) => void;
}

export function Faults({ formula, faults, pending, onMend }: Props) {
  return (
    <ul className={css.faults} aria-live="polite" aria-label="About the formula">
      {faults.map((fault) => (
        <li key={`${fault.what}${fault.start}`}>
          {fault.start !== null && fault.end !== null && (
            <code>
              {formula.slice(0, fault.start)}
              <mark>{formula.slice(fault.start, fault.end) || " ? "}</mark>
              {formula.slice(fault.end)}
            </code>
          )}
          <span>
            {fault.what} {fault.mend}
          </span>
          {mended(formula, fault) && (
            <Button size="compact-xs" variant="default" onClick={() => onMend(mended(formula, fault) as string)}>
              Put it right
            </Button>
          )}
        </li>
      ))}
      {formula.trim() && faults.length === 0 && !pending && (
        <li className={css.fine}>
          <IconCircleCheck size={15} aria-hidden /> It can be read, and its units fit.
        </li>
      )}
    </ul>
  );
}
