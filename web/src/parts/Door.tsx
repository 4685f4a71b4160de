// Every number is a door: a click opens its explanation, which stands in the address.

import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import css from "./Door.module.css";

interface Props {
  kpi: string; // as asked: `win_rate(basis=value)`
  period?: string;
  by?: Record<string, string>;
  label: string; // read aloud
  className?: string;
  children: ReactNode;
}

export function Door({ kpi, period, by, label, className, children }: Props) {
  const navigate = useNavigate();
  const open = () =>
    navigate({
      to: ".",
      search: (now: Record<string, unknown>) => ({ ...now, explain: { kpi, period, by } }),
      resetScroll: false,
    });
  return (
    <button type="button" className={`${css.door} ${className ?? ""}`} aria-label={label} onClick={() => void open()}>
      {children}
    </button>
  );
}
