// Every number is a door: a click opens its explanation, which stands in the address.

import { useNavigate } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext } from "react";
import css from "./Door.module.css";

/** What the numbers within stand under, where that is not what the page's filter says. */
export const Around = createContext<{ where?: string; scope: string; period?: string; snapshot?: string } | undefined>(undefined);

interface Props {
  kpi: string; // as asked: `win_rate(basis=value)`
  period?: string;
  by?: Record<string, string>;
  label: string; // read aloud
  className?: string;
  tabIndex?: number; // in a table that is walked by arrow keys
  children: ReactNode;
}

export function Door({ kpi, period, by, label, className, tabIndex, children }: Props) {
  const navigate = useNavigate();
  const around = useContext(Around);
  const open = () =>
    navigate({
      to: ".",
      search: (now: Record<string, unknown>) => ({ ...now, explain: { kpi, by, ...around, period: period ?? around?.period } }),
      resetScroll: false,
    });
  return (
    <button type="button" className={`${css.door} ${className ?? ""}`} aria-label={label} tabIndex={tabIndex} onClick={() => void open()}>
      {children}
    </button>
  );
}
