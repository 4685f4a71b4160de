// All credit by model, as bars; a click on a part explains it.

import { useNavigate } from "@tanstack/react-router";
import { useCallback, useRef } from "react";
import type { Attribution } from "@/api/attribution";
import { Chart, type ChartHandle, type Paint } from "@/parts/Chart";
import { Panel } from "@/parts/Page";
import { TakePng } from "@/parts/Take";
import { useFilter } from "@/shell/filter";
import { kpiOf } from "./crediting";
import { drawShares, partsOf } from "./draw";
import { ATTRIBUTION_DEFAULTS } from "./search";

interface Props {
  told: Attribution;
  model: string;
  name: (model: string) => string;
}

export function Shares({ told, model, name }: Props) {
  const { period } = useFilter(ATTRIBUTION_DEFAULTS);
  const navigate = useNavigate();
  const chart = useRef<ChartHandle>(null);
  const names = told.models.map(name).join(); // names come with the catalog
  const draw = useCallback((paint: Paint) => drawShares(told, model, name, paint), [told, model, names]);
  const explain = (place: { series: number; index: number }) => {
    const source = partsOf(told, model)[place.series];
    const picked = [...told.models].reverse()[place.index];
    if (!source || !picked) return;
    const explained = { kpi: kpiOf(picked), period, by: { [told.by]: source.id }, scope: "all" };
    void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, explain: explained }), resetScroll: false });
  };
  return (
    <Panel title="How each model shares it out" note="A bar a model, all credit as a whole; the same colours throughout." actions={<TakePng label="Shares by model" name={`attribution-by-${told.by}`} chart={chart} />}>
      <Chart ref={chart} draw={draw} height={told.models.length * 34 + 76} label="Shares of credit by model; the table beneath has the numbers" onPick={explain} />
    </Panel>
  );
}
