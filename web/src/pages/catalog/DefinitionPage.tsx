// One KPI whole: what it asks, its formula and options, where it comes from, and how it stands now.

import { Skeleton } from "@mantine/core";
import { IconChartHistogram } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { catalog, type Definition, definition } from "@/api/queries";
import { session } from "@/api/session";
import { ButtonLink } from "@/parts/ButtonLink";
import { Page, Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Filters } from "@/shell/Filters";
import { useFilter } from "@/shell/filter";
import { Benchmarks } from "./Benchmarks";
import css from "./Catalog.module.css";
import { capital } from "./CatalogPage";
import { Lineage } from "./Lineage";
import { Now } from "./Now";
import { Own } from "./Own";

const GOOD: Record<string, string> = { up: "Higher is better", down: "Lower is better", context: "Neither is better by itself" };

export default function DefinitionPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  const filter = useFilter();
  const { data: here } = useQuery(session);
  const { data: kpi, error, refetch } = useQuery(definition(name));
  if (error)
    return (
      <Page title={name}>
        <ProblemView error={error} retry={() => void refetch()} />
      </Page>
    );
  return (
    <Page
      title={kpi?.label ?? name}
      lead={kpi?.asks ?? "\u00a0"}
      actions={
        <>
          <ButtonLink to="/explore" search={{ kpis: [name], period: "last-12-months", grain: "month" }} variant="default" leftSection={<IconChartHistogram size={15} aria-hidden />}>
            Explore
          </ButtonLink>
          {kpi?.composed && here?.rights.includes("define_kpis") && <Own kpi={kpi} />}
        </>
      }
    >
      <Filters value={filter} grains={["day", "week", "month", "quarter"]} />
      {kpi ? <Whole kpi={kpi} /> : <Skeleton height={520} radius="lg" />}
    </Page>
  );
}

function Whole({ kpi }: { kpi: Definition }) {
  const filter = useFilter();
  const { data: all } = useQuery(catalog);
  return (
    <div className={css.columns}>
      <div className={css.stack}>
        {kpi.known ? <Now kpi={kpi} filter={filter} /> : <Missing kpi={kpi} />}
        <Panel title="Formula">
          <pre className={css.formula}>{kpi.formula}</pre>
          <dl className={css.facts} style={{ marginTop: 14 }}>
            {kpi.measures.map((measure) => (
              <Entry key={measure.name} name={measure.name}>
                {measure.sentence}
              </Entry>
            ))}
          </dl>
        </Panel>
        {kpi.notes && (
          <Panel title="Notes">
            <p className={css.prose}>{kpi.notes.replace(/(?<=[^\n.])\n(?=\S)/g, " ")}</p>
          </Panel>
        )}
        <Panel title="Lineage" note="From the sources, by the tables and facts, to the figure.">
          <Lineage kpi={kpi} />
        </Panel>
      </div>
      <div className={css.stack}>
        <Panel title="At a glance">
          <dl className={css.facts}>
            <Entry name="Name">
              <code>{kpi.name}</code>
            </Entry>
            <Entry name="Family">{capital(kpi.family)}</Entry>
            <Entry name="Unit">{kpi.unit.replaceAll("_", " ")}</Entry>
            <Entry name="Direction">{GOOD[kpi.good] ?? kpi.good}</Entry>
            <Entry name="Kind">{kpi.leads === "both" ? "Leading and lagging" : capital(kpi.leads)}</Entry>
            <Entry name="Reviewed">{capital(kpi.review)}</Entry>
            <Entry name="Defined by">{kpi.origin}</Entry>
          </dl>
        </Panel>
        <Benchmarks kpi={kpi} currency={all?.currency} />
        {kpi.options.length > 0 && <Options kpi={kpi} />}
        <Panel title="Can be split by">
          <p className={css.prose}>{kpi.dimensions.join(", ")}</p>
        </Panel>
        {kpi.related.length > 0 && (
          <Panel title="Read it beside">
            <ul className={css.plain}>
              {kpi.related.map((name) => (
                <li key={name}>
                  <Link to="/catalog/$name" params={{ name }}>
                    {name.replaceAll("_", " ")}
                  </Link>
                </li>
              ))}
            </ul>
          </Panel>
        )}
        <Panel title="Sources of the definition">
          <ul className={css.plain}>
            {kpi.sources.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}

function Options({ kpi }: { kpi: Definition }) {
  return (
    <Panel title="Options" note="Asked in parentheses, or set for the whole workspace.">
      <dl className={css.facts}>
        {kpi.options.map((option) => (
          <Entry key={option.name} name={option.name}>
            {written(option.value)}
            {option.values.length > 0 && <span className="quiet"> of {option.values.map(written).join(", ")}</span>}
            {option.value !== option.default && <span className="quiet"> (usually {written(option.default)})</span>}
          </Entry>
        ))}
      </dl>
    </Panel>
  );
}

function Missing({ kpi }: { kpi: Definition }) {
  return (
    <Panel title="Its data are not here yet" note="With these it is computed, here and on every page.">
      <dl className={css.facts}>
        {kpi.mend.map((one) => (
          <Entry key={one.entity} name={one.entity}>
            {one.about} {one.mend}
          </Entry>
        ))}
      </dl>
    </Panel>
  );
}

function Entry({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const written = (value: unknown): string =>
  value === null || value === undefined ? "not set" : typeof value === "object" ? JSON.stringify(value) : String(value);
