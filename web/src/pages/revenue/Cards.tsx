// What is kept and what is lost, in one glance; KPIs this workspace has no data for are left out.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { answerOf, type Catalog } from "@/api/queries";
import { KpiCard } from "@/parts/KpiCard";
import { ProblemView } from "@/parts/ProblemView";
import { trendFrom } from "@/parts/Trend";
import { type Asked, circumstances } from "@/shell/filter";
import { figureAt, seriesAt, totalOf } from "@/words/answer";
import { trendOf } from "@/words/periods";
import css from "./Revenue.module.css";

const CARDS = ["mrr", "nrr_12m", "grr_12m", "gross_mrr_churn_rate", "logo_churn_rate", "renewal_rate"];

export function Cards({ catalog, filter }: { catalog?: Catalog; filter: Asked }) {
  const kpis = CARDS.flatMap((name) => catalog?.kpis.filter((kpi) => kpi.name === name && kpi.known) ?? []);
  const names = kpis.map((kpi) => kpi.name);
  const { data, error, refetch, isPlaceholderData } = useQuery(answerOf({ kpis: names, period: filter.period, grain: "total", ...circumstances(filter) }));
  const period = data?.periods[0];
  const trend = period && trendOf(period);
  const { data: trends } = useQuery({ ...answerOf({ kpis: names, ...trend, ...circumstances(filter), compare: [] }), enabled: trend !== undefined && names.length > 0 });
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (catalog && names.length === 0) return null;
  return (
    <section className={css.cards} data-fading={isPlaceholderData || undefined} aria-label="Figures">
      <h2 className="unseen">Figures</h2>
      {!catalog && CARDS.map((name) => <Skeleton key={name} height={168} radius="lg" />)}
      {kpis.map((kpi) => {
        const series = data && seriesAt(data, names, kpi.name);
        return (
          <KpiCard
            key={kpi.name}
            kpi={kpi}
            figure={data && series ? figureAt(data, series, totalOf(data), 0) : undefined}
            compare={filter.compare === "none" ? undefined : filter.compare}
            trend={trendFrom(trends, names, kpi.name)}
          />
        );
      })}
    </section>
  );
}
