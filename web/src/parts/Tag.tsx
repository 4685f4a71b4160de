// A word in a pill: a tier, a verdict.

import type { ReactNode } from "react";
import css from "./Tag.module.css";

export type Tone = "good" | "bad" | "warn"; // said by the words, too

export function Tag({ tone, children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={css.tag} data-tone={tone}>
      {children}
    </span>
  );
}
