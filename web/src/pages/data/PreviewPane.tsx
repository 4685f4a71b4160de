// What a decision would change, before it is made: whose rows move, and which KPIs with them.

import { SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Decision, type Moved, type Preview, previewOf } from "@/api/data";
import { catalog, type KpiShort } from "@/api/queries";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { ProblemView } from "@/parts/ProblemView";
import { MEANS, meaningOf } from "@/words/change";
import { counted, show, showChange } from "@/words/format";
import { PERIODS, periodLabel } from "@/words/periods";
import css from "./Data.module.css";
import type { Put } from "./DataPage";
import { tableWords } from "./telling";

const WAIT_MS = 250; // choices that are passed by ask nothing

interface Props {
  decision: Decision;
  name: string | undefined; // of the account it names
  period: string;
  put: Put;
  pending: readonly string[];
  currency: string;
}

export function PreviewPane({ decision, name, period, put, pending, currency }: Props) {
  const [settled] = useDebouncedValue(JSON.stringify(decision), WAIT_MS);
  const { data, error, refetch } = useQuery({ ...previewOf(decision, period, pending), enabled: settled === JSON.stringify(decision) });
  const [of, setOf] = useState("account");
  const { data: known } = useQuery(catalog);
  const shown = data && of === "account" && name ? data.of_account : data?.moved;
  const periods = [...PERIODS, ...(PERIODS.some((one) => one.value === period) ? [] : [{ value: period, label: periodLabel(period) }])];
  return (
    <section className={css.preview} aria-label="What it would change" aria-busy={!data && !error}>
      <div className={css.previewHead}>
        <h3>What it would change</h3>
        <span className={css.actions}>
          {name && (
            <SegmentedControl
              size="xs"
              aria-label="KPIs of"
              value={of}
              onChange={setOf}
              data={[
                { value: "account", label: name },
                { value: "all", label: "All accounts" },
              ]}
            />
          )}
          <Select size="xs" w={150} aria-label="Period of these KPIs" data={periods} value={period} onChange={(next) => next && put({ period: next })} />
        </span>
      </div>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={240} />}
      {data && <Rows preview={data} pending={pending.length} />}
      {data && shown && <Kpis moved={shown} account={of === "account" && name ? decision.account : undefined} told={data} kpis={known?.kpis ?? []} currency={currency} />}
    </section>
  );
}

function Rows({ preview, pending }: { preview: Preview; pending: number }) {
  const rows = Object.entries(preview.rows)
    .filter(([table]) => table !== "accounts")
    .map(([table, count]) => `${counted(count, "row")} of ${tableWords(table)}`);
  const merged = preview.rows.accounts;
  return (
    <p>
      {merged ? `${counted(merged, "account")} would count as the other. ` : ""}
      {rows.length ? (
        <>
          <b>{rows.join(", ")}</b> would belong to another account.
        </>
      ) : (
        "No row would belong to another account."
      )}
      {pending > 0 && <span className="quiet"> Counted together with what was decided before.</span>}
    </p>
  );
}

interface KpisProps {
  moved: readonly Moved[];
  account: string | undefined;
  told: Preview;
  kpis: readonly KpiShort[];
  currency: string;
}

function Kpis({ moved, account, told, kpis, currency }: KpisProps) {
  const kpi = (name: string) => kpis.find((one) => one.name === name);
  const label = (one: Moved): string => kpi(one.kpi)?.label ?? one.kpi;
  const look = (one: Moved) => ({ unit: one.unit, currency });
  const asked = periodLabel(told.period).toLowerCase();
  if (told.asked === 0) return <p className="quiet">So no KPI moves.</p>;
  if (moved.length === 0) return <p className="quiet">No KPI would be another over {asked}: {counted(told.asked, "KPI")} asked before and after.</p>;
  const columns: Column<Moved>[] = [
    { key: "kpi", title: "KPI", width: 200, cell: label },
    {
      key: "before",
      title: "Now",
      number: true,
      width: 100,
      cell: (one) => (
        <Door kpi={one.kpi} period={told.period} by={account ? { account_id: account } : undefined} label={`${label(one)} now: ${show(one.before, look(one))}. Explain`}>
          {show(one.before, look(one), true)}
        </Door>
      ),
    },
    { key: "after", title: "Would be", number: true, width: 100, cell: (one) => show(one.after, look(one), true) },
    { key: "change", title: "Change", width: 150, cell: (one) => <Shift one={one} good={kpi(one.kpi)?.good} currency={currency} /> },
  ];
  return (
    <>
      <DataTable label="KPIs that would move" columns={columns} count={moved.length} row={(index) => moved[index]} rowKey={(one) => one.kpi} height={Math.min(300, (moved.length + 1) * 36 + 6)} />
      <p className="quiet">
        {counted(moved.length, "KPI")} of {told.asked} asked over {asked}; those that move most first.
      </p>
    </>
  );
}

function Shift({ one, good, currency }: { one: Moved; good?: KpiShort["good"]; currency: string }) {
  if (one.before === null || one.after === null) return <>{one.before === null ? "becomes known" : "becomes unknown"}</>;
  const change = one.after - one.before;
  const meaning = meaningOf(change, good);
  return (
    <span data-meaning={meaning} className={css.shift}>
      {showChange(change, one.before, { unit: one.unit, currency })} <small>{MEANS[meaning]}</small>
    </span>
  );
}
