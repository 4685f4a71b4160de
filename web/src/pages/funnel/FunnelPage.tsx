// Where accounts stand, who goes on and who falls back, and where they stick.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { journeyOf } from "@/api/journeys";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Filters } from "@/shell/Filters";
import { type Asked, useFilter } from "@/shell/filter";
import { dateText, lastDay, periodLabel } from "@/words/periods";
import { without } from "@/words/search";
import { CohortsPanel } from "./CohortsPanel";
import { Flows } from "./Flows";
import css from "./Funnel.module.css";
import { Moved } from "./Moved";
import { FUNNEL_DEFAULTS, type FunnelSearch } from "./search";
import { StagesPanel } from "./StagesPanel";
import { anyStage } from "./stages";
import { Verdicts } from "./Verdicts";

const GRAINS = ["week", "month", "quarter", "year"] as const;
const COLUMNS = ["stage", "tier", "owner_id", "engagement_score", "engagement_score.change", "interaction_gap_days"];

export default function FunnelPage() {
  const search = useSearch({ strict: false }) as FunnelSearch;
  const filter = useFilter(FUNNEL_DEFAULTS);
  const navigate = useNavigate();
  const { data, error, refetch, isPlaceholderData } = useQuery(journeyOf(filter.period));
  const put = (change: FunnelSearch) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  const empty = data && !anyStage(data);
  return (
    <Page
      title="Funnel and stages"
      lead={data ? `${periodLabel(filter.period)}: ${dateText(lastDay(data.start))} against ${dateText(lastDay(data.end))}` : "\u00a0"}
      actions={
        <ButtonLink to="/accounts" search={{ cols: COLUMNS, sort: "-stage" } as never} variant="default">
          Accounts by stage now
        </ButtonLink>
      }
    >
      <Filters value={filter} grains={GRAINS} scopes={false} compares={false} narrows={false} />
      {narrowed(filter) && <p className={css.note}>Stages are told of all accounts you may see: the filter of other pages is not applied here. Cohorts can be split below.</p>}
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {empty && (
        <Empty title="No account stands in a stage">
          Stages come from what accounts do and from their deals. Add a table 'activities' or 'opportunities' to a source, or 'account_stage_events' with account_id, stage and occurred_at where your CRM tells stages; then refresh.
        </Empty>
      )}
      {!error && !empty && <Verdicts journey={data} onPut={put} />}
      {!data && !error && <Waiting />}
      {data && !empty && (
        <>
          <div className={css.columns} data-fading={isPlaceholderData || undefined}>
            <StagesPanel journey={data} onPut={put} />
            <Flows journey={{ ...data, stages: data.stages.filter((stage) => stage.known) }} from={search.from} to={search.to} onPut={put} />
          </div>
          <Moved journey={data} search={search} onPut={put} />
          <CohortsPanel stages={data.stages.filter((stage) => stage.known)} search={search} period={filter.period} onPut={put} />
        </>
      )}
    </Page>
  );
}

const narrowed = (filter: Asked): boolean => Object.keys(filter.filters ?? {}).length > 0 || filter.where !== undefined || filter.scope !== "all";

function Waiting() {
  return (
    <>
      <div className={css.columns}>
        <Skeleton height={472} radius="lg" />
        <Skeleton height={472} radius="lg" />
      </div>
      <Skeleton height={538} radius="lg" />
      <Skeleton height={670} radius="lg" />
    </>
  );
}
