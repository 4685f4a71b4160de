// Questions whose rows lie in a warehouse: asked there once somebody wants it, and what is told of that meanwhile.

import { Button } from "@mantine/core";
import { IconDatabase } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import css from "./There.module.css";

export type On = "warehouse" | undefined;

export interface There {
  on: On;
  engine?: string; // that is asked
  ask: (engine: string) => void;
}

/** Where a question is asked: here, until it is wanted there. Another question begins here again. */
export function useThere(question: unknown): There {
  const key = JSON.stringify(question);
  const [wanted, setWanted] = useState<{ key: string; engine: string }>();
  const engine = wanted?.key === key ? wanted.engine : undefined;
  return { on: engine ? "warehouse" : undefined, engine, ask: (engine) => setWanted({ key, engine }) };
}

/** Above an answer that is asked there: that it takes its time, and then where it comes from. */
export function ThereNote({ there: { engine }, waits }: { there: There; waits: boolean }) {
  if (!engine) return null;
  return (
    <p className={css.note} role="status">
      <IconDatabase size={15} aria-hidden />
      {waits ? `${engine} is asked. That takes longer than what is kept here.` : `Answered by ${engine}, from single rows.`}
    </p>
  );
}

interface Props {
  engine: string;
  mayAsk: boolean;
  waits?: boolean;
  onAsk: () => void;
  children: ReactNode;
}

/** What is not told here; whoever sees every account may have it asked there. */
export function Apart({ engine, mayAsk, waits, onAsk, children }: Props) {
  return (
    <div className={css.apart}>
      <IconDatabase size={18} aria-hidden />
      <p>{children}</p>
      {mayAsk && (
        <Button variant="default" size="xs" loading={waits} onClick={onAsk}>
          Ask {engine}
        </Button>
      )}
    </div>
  );
}
