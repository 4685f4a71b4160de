// A few facts at a glance, each a small card: title, value, a note beneath.

import type { ReactNode } from "react";
import type { Tone } from "./Tag";
import css from "./Tiles.module.css";

export function Tiles({ children }: { children: ReactNode }) {
  return <div className={css.tiles}>{children}</div>;
}

interface Props {
  title: string;
  value: ReactNode;
  note: ReactNode;
  tone?: Tone;
}

export function Tile({ title, value, note, tone }: Props) {
  return (
    <section className={`card ${css.tile}`} data-tone={tone} aria-label={title}>
      <h2>{title}</h2>
      <div className={css.value}>{value}</div>
      <div className={css.note}>{note}</div>
    </section>
  );
}
