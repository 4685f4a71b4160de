// The bar of a page that knows a period and nothing more; what was filtered elsewhere is told not to count here.

import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { scopeWords } from "@/words/scopes";
import { dimensionLabel } from "./AddFilter";
import css from "./Filters.module.css";
import { PeriodChoice } from "./Filters";
import type { Asked } from "./filter";

export function PeriodBar({ value, children }: { value: Asked; children?: ReactNode }) {
  const navigate = useNavigate();
  const put = (period: string) => void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, period }), resetScroll: false });
  const others = [
    scopeWords(value.scope),
    ...Object.entries(value.filters ?? {}).map(([name, values]) => `${dimensionLabel(name)} ${values.join(", ")}`),
    value.where,
  ].filter(Boolean);
  return (
    <div className={css.bar} role="group" aria-label="Filters">
      <PeriodChoice value={value.period} onChange={put} />
      {children}
      {others.length > 0 && <span className="quiet">Not narrowed here: {others.join(" · ")}</span>}
    </div>
  );
}
