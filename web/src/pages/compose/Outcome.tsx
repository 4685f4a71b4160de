// What a draft comes to, on the data that is here: its value, the formula with its numbers, twelve months, and by group.

import { useCallback } from "react";
import type { Composed } from "@/api/composing";
import { Change } from "@/parts/Change";
import { Chart, type Paint } from "@/parts/Chart";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { draw } from "@/parts/draw";
import { dimensionLabel } from "@/shell/AddFilter";
import { type Answer, figureAt } from "@/words/answer";
import { show } from "@/words/format";
import { lack } from "@/words/lacking";
import css from "./Compose.module.css";

export function Outcome({ told, good, fading }: { told: Composed | undefined; good: "up" | "down" | "context"; fading: boolean }) {
  const total = told?.total;
  const series = total?.kpis[0];
  return (
    <Panel title="What it comes to" note="The last twelve whole months, of the accounts you see; nothing is kept yet.">
      {!total || !series ? (
        <Empty small title="Nothing to compute yet">
          {told && told.faults.length > 0 ? "Mend the formula: then its value stands here." : "Write a formula, or click what it is made of."}
        </Empty>
      ) : (
        <div className={css.stack} data-fading={fading || undefined}>
          <Value total={total} told={told} good={good} />
          <div className={css.charts}>
            <Picture title="By month" answer={told.months} kind="line" />
            {told.groups && told.by && <Picture title={`By ${dimensionLabel(told.by).toLowerCase()}`} answer={told.groups} kind="bar" />}
          </div>
        </div>
      )}
    </Panel>
  );
}

function Value({ total, told, good }: { total: Answer; told: Composed; good: "up" | "down" | "context" }) {
  const figure = figureAt(total, total.kpis[0] as Answer["kpis"][number], 0, 0);
  const unknown = told.lacks.length > 0 ? `Unknown: there is no data of ${told.lacks.map(lack).join(", ")}.` : "Unknown: something in it is unknown, or is divided by nothing.";
  return (
    <div>
      <div className={css.value}>
        <b className="numbers" data-testid="outcome">
          {show(figure.value, figure)}
        </b>
        {figure.value === null ? <span className="quiet">{unknown}</span> : <Change figure={figure} word="previous" good={good} />}
      </div>
      <p className={css.numbers}>{told.formula}</p>
      <p className={css.numbers}>= {told.numbers}</p>
    </div>
  );
}

function Picture({ title, answer, kind }: { title: string; answer: Answer | null; kind: "line" | "bar" }) {
  const series = answer?.kpis[0];
  const paint = useCallback((paint: Paint) => (answer && series ? draw(answer, series, kind, paint) : {}), [answer, series, kind]);
  const known = series?.value?.some((value) => value !== null);
  return (
    <div>
      <h3>{title}</h3>
      {known ? (
        <Chart draw={paint} height={220} label={`The draft ${title.toLowerCase()}`} />
      ) : (
        <Empty small title="Unknown throughout">
          Nowhere can it be computed.
        </Empty>
      )}
    </div>
  );
}
