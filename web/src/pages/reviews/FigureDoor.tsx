// The value of a figure of a review; a click explains it at the review's own conditions.

import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { ReviewFigure } from "@/api/reviews";
import { Around, Door } from "@/parts/Door";

/** Whether figures can be asked again by whoever reads them, and of which snapshot, where not of the current one. */
export interface Asking {
  explained: boolean;
  snapshot?: string;
}

export const Told = createContext<Asking>({ explained: true });

export function FigureDoor({ figure, now, label, children }: { figure: ReviewFigure; now?: boolean; label: string; children: ReactNode }) {
  const { explained, snapshot } = useContext(Told);
  const { kpi, period, where } = figure.asked;
  const around = useMemo(() => ({ scope: "all", period, where: where ?? undefined, snapshot: now ? undefined : snapshot }), [period, where, snapshot, now]);
  if (!explained) return children;
  return (
    <Around value={around}>
      <Door kpi={kpi} label={`${label}. Explain`}>
        {children}
      </Door>
    </Around>
  );
}
