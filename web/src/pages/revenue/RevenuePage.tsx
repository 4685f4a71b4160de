// What recurring revenue did and who did it, how much of it stays, and whom to look after.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { movementsOf } from "@/api/journeys";
import { catalog } from "@/api/queries";
import { Around } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Page, Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Filters } from "@/shell/Filters";
import { conditions, useFilter } from "@/shell/filter";
import { COMPARISONS, spanText } from "@/words/periods";
import { without } from "@/words/search";
import { Cards } from "./Cards";
import { CarePanel } from "./CarePanel";
import { CohortsPanel } from "./CohortsPanel";
import { movementWords } from "./questions";
import css from "./Revenue.module.css";
import { REVENUE_DEFAULTS, type RevenueSearch, STEP_GRAINS } from "./search";
import { Steps } from "./Steps";
import { shownMovement, wholeOf } from "./waterfall";
import { InIt, WaterfallPanel } from "./WaterfallPanel";

export default function RevenuePage() {
  const search = useSearch({ strict: false }) as RevenueSearch;
  const filter = { ...useFilter(REVENUE_DEFAULTS), scope: "all" };
  const navigate = useNavigate();
  const { data: all } = useQuery(catalog);
  const { data, error, refetch, isPlaceholderData } = useQuery(movementsOf(movementWords(search)));
  const put = (change: RevenueSearch) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  const whole = data && wholeOf(data.steps);
  const beside = COMPARISONS[filter.compare]?.beside;
  const movement = data && shownMovement(data, search.movement)?.movement;
  return (
    <Page title="Revenue and retention" lead={whole ? `${spanText(whole)}${beside ? `, compared with ${beside}` : ""}` : "\u00a0"}>
      <Filters value={filter} grains={STEP_GRAINS} scopes={false} />
      <Around value={{ where: conditions(filter), scope: "all" }}>
        <Cards catalog={all} filter={filter} />
        <CarePanel search={search} filter={filter} onPut={put} />
        {error && <ProblemView error={error} retry={() => void refetch()} />}
        {!data && !error && <Waiting />}
        {data && !whole && <Lacking mends={data.needs.map((need) => need.mend)} />}
        {data && whole && (
          <>
            <div className={css.columns} data-fading={isPlaceholderData || undefined}>
              <WaterfallPanel step={whole} movements={data} chosen={movement} onChoose={(name) => put({ movement: name })} />
              <InIt step={whole} movements={data} chosen={movement} onChoose={(name) => put({ movement: name })} />
            </div>
            <Steps steps={data.steps} whole={whole} currency={data.currency} />
          </>
        )}
        <CohortsPanel search={search} filtered={Object.keys(filter.filters ?? {}).length > 0 || filter.where !== undefined} onPut={put} />
      </Around>
    </Page>
  );
}

function Lacking({ mends }: { mends: string[] }) {
  return (
    <Panel title="Recurring revenue, from opening to closing">
      <Empty small title="No recurring revenue is known">
        {mends.length ? mends.join(" ") : "Nothing recurred in this period. Choose another one."}
      </Empty>
    </Panel>
  );
}

function Waiting() {
  return (
    <>
      <div className={css.columns}>
        <Skeleton height={470} radius="lg" />
        <Skeleton height={470} radius="lg" />
      </div>
      <Skeleton height={601} radius="lg" />
    </>
  );
}
