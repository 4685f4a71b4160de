// Target against control: the lift beyond what happened anyway, and KPIs of both groups side by side.

import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { answerOf, catalog, type KpiShort } from "@/api/queries";
import type { ListShort } from "@/api/lists";
import { Change } from "@/parts/Change";
import { type Column, DataTable } from "@/parts/DataTable";
import { Around, Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Interval } from "@/parts/Interval";
import { KpiPicker } from "@/parts/KpiPicker";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { type Asked, circumstances, conditions, useFilter } from "@/shell/filter";
import type { Figure } from "@/words/answer";
import { flagWords } from "@/words/flags";
import { show, showCount, showInterval, signedValue, UNKNOWN } from "@/words/format";
import { plainKpi } from "@/words/search";
import { apart, comparedCsv, type Compared, comparedOf, type Lift, liftOf, OUTCOMES, USUAL } from "./comparing";
import type { Put } from "./ListsPage";
import css from "./Lists.module.css";
import { LISTS_DEFAULTS, type ListsSearch } from "./search";

interface Props {
  list: ListShort;
  search: ListsSearch;
  put: Put;
}

export function Compare({ list, search, put }: Props) {
  const filter = useFilter(LISTS_DEFAULTS);
  const { data: all } = useQuery(catalog);
  if (list.control === 0)
    return (
      <Empty title="Nobody stands in the control group" action={<Button onClick={() => put({ part: undefined })}>Choose members</Button>}>
        Choose some members that are left alone on purpose, move them to control, and refresh: what changes at target accounts can then be told apart from what changed anyway. Best chosen by lot, 20 or more.
      </Empty>
    );
  const known = all?.kpis.filter((kpi) => kpi.known).map((kpi) => kpi.name);
  const kpis = search.kpis ?? (known ? USUAL.filter((kpi) => known.includes(kpi)) : []);
  return (
    <div className={css.compare}>
      <LiftPanel filter={filter} kpis={all?.kpis ?? []} />
      <BesidePanel filter={filter} kpis={kpis} all={all?.kpis ?? []} onChoose={(chosen) => put({ kpis: chosen.length ? chosen : undefined })} />
    </div>
  );
}

function LiftPanel({ filter, kpis }: { filter: Asked; kpis: readonly KpiShort[] }) {
  const asked = OUTCOMES.map((one) => one.asked);
  const { data, error, refetch, isPlaceholderData } = useQuery(answerOf({ kpis: asked, period: filter.period, where: conditions(filter) }));
  const label = (outcome: string) => kpis.find((kpi) => kpi.name === outcome)?.label ?? "\u00a0";
  const rows = data && data.kpis.length === asked.length ? liftOf(data) : undefined;
  return (
    <Panel title="Lift" note="What changed at a target account beyond what changed at one of the control group, against the period before; per account.">
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!rows && !error && <Skeleton height={222} radius="md" />}
      {rows && rows.every((row) => row.figure.value === null) && (
        <Empty small title="The lift is not known in this period">
          Both groups need accounts at its end, and activity in it and in the period before. Choose another period, or refresh after a change of groups.
        </Empty>
      )}
      {rows?.some((row) => row.figure.value !== null) && (
        <div data-fading={isPlaceholderData || undefined}>
          <Around value={{ where: conditions(filter), scope: "all" }}>
            <DataTable label="Lift by outcome" columns={liftColumns(label)} count={rows.length} row={(index) => rows[index]} rowKey={(row) => row.asked} />
          </Around>
          <Doubts rows={rows} />
        </div>
      )}
    </Panel>
  );
}

function liftColumns(label: (outcome: string) => string): Column<Lift>[] {
  const look = (row: Lift) => ({ unit: row.figure.unit, currency: row.figure.currency });
  const way = (row: Lift, [before, after]: readonly [number | null, number | null]) => `${show(before, look(row), true)} → ${show(after, look(row), true)}`;
  return [
    { key: "outcome", title: "Outcome", cell: (row) => label(row.outcome) },
    { key: "target", title: "Target, before → after", number: true, cell: (row) => way(row, row.target) },
    { key: "control", title: "Control, before → after", number: true, cell: (row) => way(row, row.control) },
    {
      key: "lift",
      title: "Lift",
      number: true,
      cell: (row) => (
        <Interval figure={row.figure}>
          <span>
            <Door kpi={row.asked} label={`Lift of ${label(row.outcome)}: ${signedValue(row.figure.value, look(row))}. Explain`}>
              <b className={css.lift} data-meaning={row.meaning}>
                {signedValue(row.figure.value, look(row))}
              </b>
            </Door>
          </span>
        </Interval>
      ),
    },
    { key: "between", title: "Likely between", number: true, cell: (row) => showInterval(row.figure.lower, row.figure.upper, look(row)) || UNKNOWN },
    { key: "means", title: "Means", cell: (row) => row.words },
  ];
}

function Doubts({ rows }: { rows: readonly Lift[] }) {
  const flags = [...new Set(rows.flatMap((row) => row.figure.flags))].filter((flag) => flag !== "unmatched_rows");
  const [first] = rows;
  return (
    <p className={css.may}>
      {first && first.accounts[0] !== null && `${showCount(first.accounts[0])} target and ${showCount(first.accounts[1])} control accounts. `}
      {flags.map((flag) => `${flagWords(flag)}. `)}
    </p>
  );
}

interface BesideProps {
  filter: Asked;
  kpis: readonly string[];
  all: readonly KpiShort[];
  onChoose: (kpis: string[]) => void;
}

function BesidePanel({ filter, kpis, all, onChoose }: BesideProps) {
  const question = { kpis, period: filter.period, ...circumstances(filter) };
  const target = useQuery(answerOf({ ...question, scope: "target" }));
  const control = useQuery(answerOf({ ...question, scope: "control" }));
  const kpi = (asked: string) => all.find((one) => one.name === plainKpi(asked));
  const error = target.error ?? control.error;
  const whole = target.data?.kpis.length === kpis.length && control.data?.kpis.length === kpis.length;
  const rows = target.data && control.data && whole ? comparedOf(target.data, control.data, kpis) : undefined;
  const label = (asked: string) => kpi(asked)?.label ?? asked;
  return (
    <Panel
      title="Side by side"
      note="Each KPI of the target group and of the control group. Sums grow with the size of a group: rates and averages compare best."
      actions={rows && rows.length > 0 && <TakeCsv label="Target and control" name="target-and-control" csv={() => comparedCsv(rows, label)} />}
    >
      <div className={css.picker}>
        <KpiPicker kpis={all} chosen={kpis} onChoose={onChoose} />
      </div>
      {error && (
        <ProblemView
          error={error}
          retry={() => {
            void target.refetch();
            void control.refetch();
          }}
        />
      )}
      {!rows && !error && <Skeleton height={(kpis.length + 1) * 36 + 6} radius="md" />}
      {rows && (
        <div data-fading={target.isPlaceholderData || control.isPlaceholderData || undefined}>
          <DataTable label="Target and control side by side" columns={besideColumns(kpi, filter)} count={rows.length} row={(index) => rows[index]} rowKey={(row) => row.asked} />
        </div>
      )}
    </Panel>
  );
}

function besideColumns(kpi: (asked: string) => KpiShort | undefined, filter: Asked): Column<Compared>[] {
  const label = (row: Compared) => kpi(row.asked)?.label ?? row.asked;
  const side = (key: "target" | "control", title: string): Column<Compared> => ({
    key,
    title,
    number: true,
    width: 190,
    cell: (row) => <Side row={row} figure={row[key]} scope={key} label={`${label(row)}, ${key}`} filter={filter} good={kpi(row.asked)?.good} />,
  });
  return [
    { key: "kpi", title: "KPI", cell: (row) => <span title={kpi(row.asked)?.asks}>{label(row)}</span> },
    side("target", "Target"),
    side("control", "Control"),
    {
      key: "apart",
      title: "Apart by",
      number: true,
      cell: (row) => {
        const found = apart(row, kpi(row.asked)?.good);
        return (
          <span className={css.lift} data-meaning={found.meaning}>
            {found.text}
          </span>
        );
      },
    },
    { key: "means", title: "Means", cell: (row) => apart(row, kpi(row.asked)?.good).words },
  ];
}

function Side({ row, figure, scope, label, filter, good }: { row: Compared; figure: Figure; scope: string; label: string; filter: Asked; good: KpiShort["good"] | undefined }) {
  const text = show(figure.value, figure, true);
  return (
    <Around value={{ where: conditions(filter), scope }}>
      <span className={css.side}>
        {filter.compare !== "none" && <Change figure={figure} word={filter.compare} good={good} />}
        <Interval figure={figure}>
          <span>
            <Door kpi={row.asked} label={`${label}: ${text}. Explain`}>
              {text}
            </Door>
          </span>
        </Interval>
      </span>
    </Around>
  );
}
