// Nothing to show: why, and what to do about it.

import type { ReactNode } from "react";
import { IconMoodEmpty } from "@tabler/icons-react";
import css from "./States.module.css";

interface Props {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  small?: boolean;
}

export function Empty({ title, children, action, small }: Props) {
  return (
    <div className={css.state} data-small={small || undefined}>
      {!small && <IconMoodEmpty size={28} stroke={1.4} aria-hidden />}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
