// What channels, campaigns and programs bring by every model side by side, what they cost, which to fund.

import { SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { attributionOf } from "@/api/attribution";
import { catalog } from "@/api/queries";
import { Around } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Needs } from "@/pages/account/Needs";
import frame from "@/parts/Frame.module.css";
import { useFilter } from "@/shell/filter";
import { PeriodBar } from "@/shell/PeriodBar";
import { periodLabel } from "@/words/periods";
import { without } from "@/words/search";
import { Credits } from "./Credits";
import { modelIn, modelName } from "./crediting";
import { Disputes } from "./Disputes";
import { Fund } from "./Fund";
import { Glance } from "./Glance";
import { ATTRIBUTION_DEFAULTS, type AttributionSearch, BY, USUAL_MODEL } from "./search";
import { Shares } from "./Shares";

const BY_WORDS: Record<(typeof BY)[number], string> = { channel: "Channels", campaign_id: "Campaigns", program: "Programs" };

export default function AttributionPage() {
  const search = useSearch({ strict: false }) as AttributionSearch;
  const filter = useFilter(ATTRIBUTION_DEFAULTS);
  const navigate = useNavigate();
  const by = search.by ?? "channel";
  const { data: all } = useQuery(catalog);
  const { data: told, error, refetch, isPlaceholderData } = useQuery(attributionOf(filter.period, by));
  const put = (change: AttributionSearch) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  const model = told ? modelIn(told, search.model ?? USUAL_MODEL) : USUAL_MODEL;
  const name = (one: string) => modelName(one, all?.kpis ?? []);
  return (
    <Page title="Attribution" lead={`What brought the wins of ${periodLabel(filter.period).toLowerCase()}, by every model, and what it cost`}>
      <PeriodBar value={filter}>
        <SegmentedControl aria-label="What has the credit" size="xs" value={by} onChange={(chosen) => put({ by: chosen as typeof by, sort: undefined })} data={BY.map((value) => ({ value, label: BY_WORDS[value] }))} />
        {told && told.models.length > 0 && (
          <Select aria-label="Model that counts" w={190} value={model} onChange={(chosen) => put({ model: chosen ?? undefined })} allowDeselect={false} data={told.models.map((value) => ({ value, label: name(value) }))} />
        )}
      </PeriodBar>
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : !told || !all ? (
        <Waiting />
      ) : told.sources.length === 0 ? (
        <>
          <Empty title={told.needs.length ? "No credit can be given yet" : "Nothing was won after a campaign in this time"}>
            {told.needs.length ? "Credit needs campaigns, their touches and won deals." : "Choose a longer period. Credit goes to campaign touches of the 90 days before a win."}
          </Empty>
          <div className={frame.needs}>
            <Needs needs={told.needs} />
          </div>
        </>
      ) : (
        <Around value={{ scope: "all", period: filter.period }}>
          <div className={frame.fades} data-fading={isPlaceholderData || undefined}>
            <Glance told={told} model={model} period={filter.period} name={name} />
            <div className={frame.columns}>
              <Fund told={told} model={model} name={name} />
              <Disputes told={told} name={name} />
            </div>
            <Shares told={told} model={model} name={name} />
            <Credits told={told} model={model} name={name} kpis={all.kpis} shows={told.cost === null && search.show === "roi" ? "share" : (search.show ?? "share")} sort={search.sort ?? `-${model}`} onPut={put} />
            <div className={frame.needs}>
              <Needs needs={told.needs} />
            </div>
          </div>
        </Around>
      )}
    </Page>
  );
}

function Waiting() {
  return (
    <div className={frame.fades} aria-busy>
      <Skeleton height={92} radius="lg" />
      <div className={frame.columns}>
        <Skeleton height={440} radius="lg" />
        <Skeleton height={440} radius="lg" />
      </div>
      <Skeleton height={400} radius="lg" />
    </div>
  );
}
