// All credit by model, as bars; a click on a part explains it.

import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Attribution } from "@/api/attribution";
import { Chart, type Paint } from "@/parts/Chart";
import { Panel } from "@/parts/Page";
import { TakePng } from "@/parts/Take";
import { useFilter } from "@/shell/filter";
import { periodLabel } from "@/words/periods";
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
  const names = told.models.map(name).join(); // names come with the catalog
  const draw = useCallback((paint: Paint) => drawShares(told, model, name, paint), [told, model, names]);
  const height = told.models.length * 34 + 76;
  const explain = (place: { series: number; index: number }) => {
    const source = partsOf(told, model)[place.series];
    const picked = [...told.models].reverse()[place.index];
    if (!source || !picked) return;
    const explained = { kpi: kpiOf(picked), period, by: { [told.by]: source.id }, scope: "all" };
    void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, explain: explained }), resetScroll: false });
  };
  return (
    <Panel title="How each model shares it out" note="A bar a model, all credit as a whole; the same colours throughout." actions={<TakePng label="Shares by model" name={`attribution-by-${told.by}`} stands={{ words: [periodLabel(period)] }} drawings={[{ draw, height }]} />}>
      <Chart draw={draw} height={height} label="Shares of credit by model; the table beneath has the numbers" onPick={explain} />
    </Panel>
  );
}
