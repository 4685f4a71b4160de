// Every KPI there is: found by words, by family, by when it is reviewed; and whether its data are here.

import { Chip, Select, Skeleton, TextInput } from "@mantine/core";
import { IconCircleCheck, IconDatabaseOff, IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { catalog, type KpiShort } from "@/api/queries";
import { session } from "@/api/session";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { found } from "@/words/finding";
import { lack } from "@/words/lacking";
import { without } from "@/words/search";
import css from "./Catalog.module.css";
import type { CatalogSearch } from "./search";

const REVIEWS = ["weekly", "monthly", "quarterly", "annual"];

export function fits(kpi: KpiShort, search: CatalogSearch): boolean {
  return (
    (!search.family || kpi.family === search.family) &&
    (!search.review || kpi.review === search.review) &&
    (!search.leads || kpi.leads === search.leads) &&
    (!search.have || kpi.known === (search.have === "known"))
  );
}

export default function CatalogPage() {
  const search = useSearch({ strict: false }) as CatalogSearch;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(catalog);
  const { data: here } = useQuery(session);
  const put = (change: Partial<CatalogSearch>) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), replace: true, resetScroll: false });
  const shown = found(data?.kpis ?? [], search.find ?? "").filter((kpi) => fits(kpi, search));
  const families = (data?.families ?? []).filter((family) => shown.some((kpi) => kpi.family === family));
  const lead = data ? `${shown.length} of ${data.kpis.length} KPIs, ${data.kpis.filter((kpi) => kpi.known).length} with data here` : "\u00a0";
  return (
    <Page
      title="Catalog"
      lead={lead}
      actions={
        here?.rights.includes("define_kpis") && (
          <ButtonLink to="/catalog/new" variant="default" leftSection={<IconPlus size={15} aria-hidden />}>
            New KPI by formula
          </ButtonLink>
        )
      }
    >
      <div className={css.tools} role="group" aria-label="Find KPIs">
        <TextInput className={css.find} aria-label="Find a KPI" placeholder="Find by name or question" leftSection={<IconSearch size={15} aria-hidden />} value={search.find ?? ""} onChange={(event) => put({ find: event.currentTarget.value || undefined })} />
        <Select aria-label="Family" w={150} value={search.family ?? ""} data={[{ value: "", label: "All families" }, ...(data?.families ?? []).map((name) => ({ value: name, label: capital(name) }))]} onChange={(family) => put({ family: family || undefined })} />
        <Select aria-label="Reviewed" w={150} value={search.review ?? ""} data={[{ value: "", label: "Any cadence" }, ...REVIEWS.map((name) => ({ value: name, label: capital(name) }))]} onChange={(review) => put({ review: review || undefined })} />
        <Chip.Group multiple={false} value={search.leads ?? ""} onChange={(leads) => put({ leads: leads as CatalogSearch["leads"] })}>
          {(["leading", "lagging"] as const).map((leads) => (
            <Chip key={leads} value={leads} size="sm" onClick={() => search.leads === leads && put({ leads: undefined })}>
              {capital(leads)}
            </Chip>
          ))}
        </Chip.Group>
        <Chip size="sm" checked={search.have === "known"} onChange={(only) => put({ have: only ? "known" : undefined })}>
          With data
        </Chip>
      </div>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={640} radius="lg" />}
      {data && shown.length === 0 && <Empty title="No KPI fits">Try other words, or fewer filters.</Empty>}
      {families.map((family) => (
        <section key={family} className={css.family} aria-label={capital(family)}>
          <h2>{capital(family)}</h2>
          <ul className={css.list}>
            {shown
              .filter((kpi) => kpi.family === family)
              .map((kpi) => (
                <Row key={kpi.name} kpi={kpi} />
              ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}

function Row({ kpi }: { kpi: KpiShort }) {
  return (
    <li className={`card ${css.row}`}>
      <Link to="/catalog/$name" params={{ name: kpi.name }} search={(now) => ({ period: now.period, compare: now.compare, scope: now.scope, filters: now.filters })} preload="intent">
        <b>{kpi.label}</b>
      </Link>
      <p>{kpi.asks}</p>
      <div className={css.traits}>
        <span>{capital(kpi.review)}</span>
        <span>{kpi.leads === "both" ? "Leading and lagging" : capital(kpi.leads)}</span>
        {kpi.known ? (
          <span className={css.known}>
            <IconCircleCheck size={14} aria-hidden /> Data here
          </span>
        ) : (
          <span className={css.lacks}>
            <IconDatabaseOff size={14} aria-hidden /> Needs {kpi.lacks.map(lack).join(", ")}
          </span>
        )}
      </div>
    </li>
  );
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
