// Portfolios by account manager: who carries too much, whose accounts go without a word, what comes of it.

import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { catalog, type KpiShort } from "@/api/queries";
import { type Team, teamOf } from "@/api/team";
import { Around } from "@/parts/Door";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { ThereNote, useThere } from "@/parts/There";
import { Needs } from "@/pages/account/Needs";
import frame from "@/parts/Frame.module.css";
import { useFilter } from "@/shell/filter";
import { PeriodBar } from "@/shell/PeriodBar";
import { periodLabel } from "@/words/periods";
import { without } from "@/words/search";
import { Advices } from "./Advices";
import { Fair } from "./Fair";
import { Glance } from "./Glance";
import { Load } from "./Load";
import { Portfolios } from "./Portfolios";
import { Satisfied } from "./Satisfied";
import type { TeamSearch } from "./search";
import { weigh } from "./weighing";

const EVERY = "";

export default function TeamPage() {
  const search = useSearch({ strict: false }) as TeamSearch;
  const filter = useFilter();
  const navigate = useNavigate();
  const { data: all } = useQuery(catalog);
  const there = useThere(filter.period);
  const { data: told, error, refetch, isPlaceholderData } = useQuery(teamOf(filter.period, there.on));
  const put = (change: TeamSearch) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  const teams = teamsOf(told);
  const portfolios = useMemo(() => told?.portfolios.filter((one) => !search.team || one.team === search.team), [told, search.team]);
  const weighed = useMemo(() => portfolios && weigh(portfolios), [portfolios]);
  const kpis = all && told ? kpisOf(told, all.kpis) : undefined;
  return (
    <Page
      title="Team"
      lead={`Outcomes of ${periodLabel(filter.period).toLowerCase()}; accounts, coverage and load as they are now`}
      actions={
        <ButtonLink to="/reviews/new" search={without({ audience: search.team && `team:${search.team}` }) as never} variant="default">
          Review
        </ButtonLink>
      }
    >
      <PeriodBar value={filter}>
        {teams.length > 1 && (
          <Select
            aria-label="Team"
            w={180}
            data={[{ value: EVERY, label: "All teams" }, ...teams.map((team) => ({ value: team, label: team }))]}
            value={search.team ?? EVERY}
            onChange={(team) => put({ team: team || undefined })}
            allowDeselect={false}
          />
        )}
      </PeriodBar>
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} there={there.ask} />
      ) : !weighed || !told || !kpis ? (
        <>
          <ThereNote there={there} waits />
          <Waiting />
        </>
      ) : told.portfolios.every((one) => one.employee_id === null) ? (
        <Empty title="No account has an account manager">
          {told.needs.find((need) => need.lacks.endsWith("owner_id"))?.mend ?? "None of the accounts you see names whose it is."}
        </Empty>
      ) : (
        <Around value={{ scope: "all", period: filter.period }}>
          <div className={frame.fades} data-fading={isPlaceholderData || undefined}>
            <ThereNote there={there} waits={isPlaceholderData} />
            <Glance weighed={weighed} />
            <div className={frame.columns}>
              <Load weighed={weighed} />
              <Advices weighed={weighed} />
            </div>
            <Fair portfolios={weighed.map((one) => one.portfolio)} kpis={kpis} told={told} />
            <Portfolios weighed={weighed} kpis={kpis} told={told} total={!search.team} sort={search.sort ?? "-load"} onSort={(sort) => put({ sort })} />
            <Satisfied told={told} team={search.team} />
            <div className={frame.needs}>
              <Needs needs={told.needs} />
            </div>
          </div>
        </Around>
      )}
    </Page>
  );
}

const teamsOf = (told: Team | undefined): string[] =>
  [...new Set(told?.portfolios.map((one) => one.team).filter((team): team is string => team !== null))].sort();

/** Those the answer tells of anybody, in the catalog's words. */
function kpisOf(told: Team, kpis: readonly KpiShort[]): KpiShort[] {
  const names = [...new Set([...Object.keys(told.total), ...told.portfolios.flatMap((one) => Object.keys(one.figures))])];
  return names.map((name) => kpis.find((kpi) => kpi.name === name)).filter((kpi): kpi is KpiShort => kpi !== undefined);
}

function Waiting() {
  return (
    <div className={frame.fades} aria-busy>
      <Skeleton height={92} radius="lg" />
      <div className={frame.columns}>
        <Skeleton height={420} radius="lg" />
        <Skeleton height={420} radius="lg" />
      </div>
      <Skeleton height={480} radius="lg" />
    </div>
  );
}
