// How satisfied our own people are, team by team; of fewer than five nothing is told, and that is said.

import { useQuery } from "@tanstack/react-query";
import { catalog } from "@/api/queries";
import type { Satisfaction, Team } from "@/api/team";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { show, showCount, showInterval } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Team.module.css";

const PERIOD = "last-12-months";
const KEPT_BACK = "Not told: fewer than five answered";

export function Satisfied({ told, team }: { told: Team; team: string | undefined }) {
  const { data: all } = useQuery(catalog);
  const shown = told.satisfaction.filter((one) => !team || one.team === team);
  const kpis = [...new Set(shown.map((one) => one.kpi))];
  const hidden = shown.some((one) => one.suppressed);
  const note = `Answers of the last twelve months.${hidden ? " A team of fewer than five answers is kept back, and with it all together: it could be worked out." : ""}`;
  return (
    <Panel title="Satisfaction of our own people" note={note} actions={shown.length > 0 && <TakeCsv label="Satisfaction" name="employee-satisfaction" csv={() => listed(shown)} />}>
      {shown.length === 0 && (
        <Empty small title="Nothing is told here">
          Either nobody of us was asked (surveys enps and esat), or you see some of the accounts only.
        </Empty>
      )}
      <div className={css.satisfied}>
        {kpis.map((name) => {
          const kpi = all?.kpis.find((one) => one.name === name);
          return (
            <table key={name} className={css.plain}>
              <caption>{kpi?.label ?? name}</caption>
              <thead>
                <tr>
                  <th scope="col">Team</th>
                  <th scope="col">{kpi?.unit === "fraction" ? "Share" : "Score"}</th>
                  <th scope="col">Likely between</th>
                  <th scope="col">Answers</th>
                </tr>
              </thead>
              <tbody>
                {shown
                  .filter((one) => one.kpi === name)
                  .map((one) => (
                    <Answered key={one.team ?? "all"} one={one} label={kpi?.label ?? name} unit={kpi?.unit ?? "points"} />
                  ))}
              </tbody>
            </table>
          );
        })}
      </div>
    </Panel>
  );
}

function Answered({ one, label, unit }: { one: Satisfaction; label: string; unit: string }) {
  const team = one.team ?? "All together";
  const text = show(one.value, { unit });
  return (
    <tr data-total={one.team === null || undefined}>
      <th scope="row">{team}</th>
      {one.suppressed ? (
        <td colSpan={3} className={css.kept}>
          {KEPT_BACK}
        </td>
      ) : (
        <>
          <td>
            <Door kpi={one.kpi} period={PERIOD} by={one.team === null ? undefined : { team: one.team }} label={`${label}, ${team}: ${text}. Explain`}>
              {text}
            </Door>
          </td>
          <td>{showInterval(one.lower, one.upper, { unit }) || "–"}</td>
          <td>{showCount(one.n)}</td>
        </>
      )}
    </tr>
  );
}

const listed = (rows: readonly Satisfaction[]): string =>
  csvOf(
    ["kpi", "team", "value", "lower", "upper", "n", "kept_back"],
    rows.map((one) => [one.kpi, one.team ?? "all", one.value, one.lower, one.upper, one.n, one.suppressed ? "yes" : ""]),
  );
