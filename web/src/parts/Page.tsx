// The frame of a page: its title (also the tab's), a line beneath it, actions, and a heading that takes the focus.

import { type ReactNode, useEffect, useRef } from "react";
import css from "./Page.module.css";

interface Props {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let first = true; // on the very first page the browser's own start of the document is right

export function Page({ title, lead, actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · accountlens`;
  }, [title]);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.words}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <div className={css.lead}>{lead}</div>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Panel({ title, note, actions, children }: Omit<Props, "lead"> & { note?: ReactNode }) {
  return (
    <section className={`card ${css.panel}`} aria-label={title}>
      <div className={css.panelHead}>
        <div>
          <h2>{title}</h2>
          {note && <p>{note}</p>}
        </div>
        {actions}
      </div>
      {children}
    </section>
  );
}
