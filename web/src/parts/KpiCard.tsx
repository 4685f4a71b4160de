// A KPI in one glance: its figure, whether it got better, its way there, its target. A click explains it.

import { Skeleton, Tooltip } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { KpiShort } from "@/api/queries";
import type { Figure } from "@/words/answer";
import { flagWords, loudFlags } from "@/words/flags";
import { show } from "@/words/format";
import { lacking } from "@/words/lacking";
import { spanText } from "@/words/periods";
import type { Target } from "@/words/pace";
import { Change } from "./Change";
import { Door } from "./Door";
import { Interval } from "./Interval";
import css from "./KpiCard.module.css";
import { Pacing } from "./Pacing";
import { TakeMenu } from "./Take";
import { type Trend, trendCsv, trendDrawings, TrendSpark } from "./Trend";

interface Props {
  kpi: KpiShort;
  figure?: Figure; // absent while it loads
  compare?: string;
  trend?: Trend;
  target?: Target; // of exactly this figure
}

export function KpiCard({ kpi, figure, compare, trend, target }: Props) {
  const loud = loudFlags(figure?.flags ?? []);
  const lacks = figure?.value === null && kpi.lacks.length > 0;
  return (
    <article className={`card ${css.card}`} aria-label={kpi.label}>
      <div className={css.top}>
        <Tooltip label={kpi.asks} maw={300}>
          <h3 className={css.label}>{kpi.label}</h3>
        </Tooltip>
        {loud.length > 0 && (
          <Tooltip label={loud.map(flagWords).join(". ")} maw={260}>
            <span className={css.flag} role="img" aria-label={loud.map(flagWords).join(". ")} tabIndex={0}>
              <IconAlertCircle size={15} stroke={2} aria-hidden />
            </span>
          </Tooltip>
        )}
        {trend && figure && (
          <TakeMenu className={css.menu} label={kpi.label} title={`${kpi.label}: ${show(figure.value, figure, true)}, ${spanText(figure.period)}`} name={kpi.name} drawings={trendDrawings(trend)} csv={() => trendCsv(trend)} />
        )}
      </div>
      {figure ? (
        <div className={css.line}>
          <Interval figure={figure}>
            <span className={css.hold}>
              <Door kpi={figure.kpi} label={`${kpi.label}: ${show(figure.value, figure, true)}. Explain`} className={css.value}>
                {show(figure.value, figure, true)}
              </Door>
            </span>
          </Interval>
          {target && <span className={css.aim}>of {show(target.worth, figure, true)}</span>}
        </div>
      ) : (
        <Skeleton className={css.valueSkeleton} width="55%" height={30} />
      )}
      <div className={css.change}>
        {!figure && <Skeleton width={96} height={20} radius="xl" />}
        {figure && lacks && <Lacks kpi={kpi} />}
        {figure && !lacks && compare && <Change figure={figure} word={compare} good={kpi.good} />}
        {figure && target && <Pacing target={target} currency={figure.currency} shape="card" />}
      </div>
      <div className={css.spark}>
        {trend ? <TrendSpark trend={trend} label={kpi.label} height={44} /> : <Skeleton height={44} />}
      </div>
    </article>
  );
}

/** Of which table one would do; the definition tells how to add it. */
function Lacks({ kpi }: { kpi: KpiShort }) {
  return (
    <Link to="/catalog/$name" params={{ name: kpi.name }} className={css.lacks}>
      Needs {lacking(kpi.lacks)}
    </Link>
  );
}
