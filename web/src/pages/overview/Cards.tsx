// The cards; each stands in its place from the start, so that nothing moves when figures arrive.

import { useQuery } from "@tanstack/react-query";
import type { KpiShort } from "@/api/queries";
import { KpiCard } from "@/parts/KpiCard";
import { trendFrom } from "@/parts/Trend";
import { useAims } from "@/parts/useAims";
import { type Asked, circumstances } from "@/shell/filter";
import { type Answer, figureAt, seriesAt, totalOf } from "@/words/answer";
import { plainKpi } from "@/words/search";
import css from "./Overview.module.css";
import { trendsOf } from "./questions";

interface Props {
  cards: readonly string[];
  kpis?: readonly KpiShort[];
  answer?: Answer;
  filter: Asked;
  fading: boolean; // the figures are those of the question before
}

const WHOLE = { label: "", start: "2000-01-01", end: "2000-01-02", partial: false };

export function Cards({ cards, kpis, answer, filter, fading }: Props) {
  const period = answer?.periods[0];
  const { data: trends } = useQuery({ ...trendsOf(cards, filter, period ?? WHOLE), enabled: period !== undefined });
  const aims = useAims(circumstances(filter), period);
  return (
    <section className={css.cards} data-fading={fading || undefined} aria-label="Figures">
      <h2 className="unseen">Figures</h2>
      {cards.map((asked) => {
        const kpi = kpis?.find((one) => one.name === plainKpi(asked)) ?? blank(asked);
        const series = answer && seriesAt(answer, cards, asked);
        return (
          <KpiCard
            key={asked}
            kpi={kpi}
            figure={answer && series ? figureAt(answer, series, totalOf(answer), 0) : undefined}
            compare={filter.compare === "none" ? undefined : filter.compare}
            trend={trendFrom(trends, cards, asked)}
            target={aims(asked)}
          />
        );
      })}
    </section>
  );
}

const blank = (name: string): KpiShort => ({ name, family: "", label: "\u00a0", also: [], asks: "", unit: "count", good: "context", leads: "both", review: "", origin: "", interval: false, known: true, lacks: [] });
