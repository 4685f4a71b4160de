// The leading KPIs of a goal, or the lagging ones: each with its figure, or with what it needs, and why it serves.

import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Serving } from "@/api/goals";
import { KpiCard } from "@/parts/KpiCard";
import { Tag } from "@/parts/Tag";
import { lack } from "@/words/lacking";
import { plainKpi } from "@/words/search";
import css from "./Goals.module.css";
import { HALVES, listed } from "./telling";
import type { Figures } from "./useFigures";

export function Half({ role, serving, figures }: { role: Serving["role"]; serving: readonly Serving[]; figures: Figures }) {
  const { title, note } = HALVES[role];
  const mine = serving.filter((one) => one.role === role);
  if (mine.length === 0) return null;
  return (
    <section className={css.half} aria-label={title}>
      <h2>{title}</h2>
      <p>{note}</p>
      <ul className={css.cards}>
        {mine.map((one) => (
          <li key={one.kpi}>
            {one.lacks.length ? <Lacking one={one} /> : <Known one={one} figures={figures} />}
            <p className={css.why}>{one.why}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Known({ one, figures }: { one: Serving; figures: Figures }) {
  const kpi = figures.kpi(one.kpi);
  if (!kpi) return <Skeleton height={168} radius="lg" />;
  return <KpiCard kpi={kpi} figure={figures.figure(one.kpi)} compare="previous" trend={figures.trend(one.kpi)} target={figures.target(one.kpi)} />;
}

function Lacking({ one }: { one: Serving }) {
  return (
    <article className={`card ${css.lacking}`} aria-label={one.label}>
      <h3>
        <Link to="/catalog/$name" params={{ name: plainKpi(one.kpi) }}>
          {one.label}
        </Link>
      </h3>
      <span className={css.unknown} aria-hidden>
        –
      </span>
      <Tag tone="warn">Needs {listed(one.lacks.map((missing) => lack(missing.entity)))}</Tag>
    </article>
  );
}
