// Is it good, is it getting better, what should I do: chosen KPIs as cards, what moved, what waits.

import { Button } from "@mantine/core";
import { IconAdjustmentsHorizontal } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { catalog } from "@/api/queries";
import { Gone, useParted } from "@/parts/Gone";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Filters } from "@/shell/Filters";
import { useFilter } from "@/shell/filter";
import { keepCards } from "@/words/cards";
import { COMPARISONS, spanText } from "@/words/periods";
import { Arrange } from "./Arrange";
import { Cards } from "./Cards";
import { Moved } from "./Moved";
import { OpenAlerts } from "./OpenAlerts";
import css from "./Overview.module.css";
import { chosenCards, figuresOf } from "./questions";
import type { OverviewSearch } from "./search";
import { Waiting } from "./Waiting";

const WEEK = ["renewal", "ticket", "detractor", "mqa", "deal", "champion", "gap"];
const WAITING = ["1", "2", "3", "4", "5", "6", "7", "8"]; // places held until it is known which cards there are

export default function OverviewPage() {
  const search = useSearch({ strict: false }) as OverviewSearch;
  const filter = useFilter();
  const navigate = useNavigate();
  const [arranging, setArranging] = useState(false);
  const { data: all, error } = useQuery(catalog);
  const kpis = all?.kpis;
  const { there: cards, gone } = useParted(chosenCards(search) ?? all?.cards ?? WAITING);
  const figures = useQuery({ ...figuresOf(cards, filter), enabled: cards !== WAITING });
  const period = figures.data?.periods[0];
  const choose = (chosen: readonly string[]) => {
    keepCards(window.localStorage, chosen);
    void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, cards: [...chosen] }), replace: true, resetScroll: false });
  };
  return (
    <Page
      title="Overview"
      lead={period ? `${spanText(period)}${besides(filter.compare)}` : "\u00a0"}
      actions={
        <Button variant="default" leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />} onClick={() => setArranging(true)}>
          Choose cards
        </Button>
      }
    >
      <Filters value={filter} grains={["day", "week", "month", "quarter"]} />
      <Gone names={gone} onLeave={() => choose(cards)} />
      {figures.error ?? error ? (
        <ProblemView error={(figures.error ?? error) as Error} retry={() => void figures.refetch()} />
      ) : (
        <Cards cards={cards} kpis={kpis} answer={figures.data} filter={filter} fading={figures.isPlaceholderData} />
      )}
      <div className={css.columns}>
        <div className={css.stack}>
          {all && <Moved cards={cards} filter={filter} currency={all.currency} asks={!figures.isPending && !figures.isPlaceholderData} />}
          <Waiting title="At risk" note="Customers whose health fell, or who are likely to leave." kinds={["at_risk"]} most={5} nothing="No customer is at risk" unknown="Who is at risk is not known" />
        </div>
        <div className={css.stack}>
          <Waiting title="This week" note="What waits, the most urgent first." kinds={WEEK} most={7} nothing="Nothing waits" unknown="Nothing waits, as far as is known">
            <OpenAlerts />
          </Waiting>
          <Waiting title="Rising" note="Accounts that do more, or are likely to pay more." kinds={["rising"]} most={5} nothing="No account rises above the others" unknown="Who rises is not known" />
        </div>
      </div>
      {all && <Arrange opened={arranging} onClose={() => setArranging(false)} kpis={all.kpis} cards={cards} usual={all.cards} onChoose={choose} />}
    </Page>
  );
}

const besides = (compare: string): string => {
  const beside = COMPARISONS[compare]?.beside;
  return beside ? `, compared with ${beside}` : "";
};
