// The table of portfolios: every KPI a door, every count a way to the accounts behind it.

import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import type { KpiShort } from "@/api/queries";
import type { Team } from "@/api/team";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { show } from "@/words/format";
import { csvOf } from "@/words/listing";
import { columnsOf, nameOf, sorted, type Told } from "./columns";
import css from "./Team.module.css";
import type { Weighed } from "./weighing";

interface Props {
  weighed: readonly Weighed[];
  kpis: readonly KpiShort[];
  told: Team;
  total: boolean; // whether all portfolios are shown
  sort: string;
  onSort: (sort: string) => void;
}

const OWNER = "account.owner_id"; // of the account, whoever owns its deals
const UNKNOWN_OWNER = "(unknown)";
const WORDS: Record<Weighed["state"], string> = { over: "too much", room: "has room", even: "", unknown: "" };

export function Portfolios({ weighed, kpis, told, total, sort, onSort }: Props) {
  const columns = columnsOf(kpis, told.currency);
  const rows: (Weighed | "total")[] = [...sorted(weighed, sort, columns), ...(total && kpis.length ? ["total" as const] : [])];
  const shown: Column<Weighed | "total">[] = [
    { key: "name", title: "Account manager", width: 170, cell: (row) => (row === "total" ? "All together" : <Name row={row} />) },
    { key: "load", title: "Load", number: true, width: 150, about: "Times the team's middle in hand", cell: (row) => (row === "total" ? "" : <Heavy row={row} />) },
    ...columns.map((column): Column<Weighed | "total"> => ({
      key: column.key,
      title: column.title,
      about: column.about,
      number: column.number,
      width: column.width,
      cell: (row) => (row === "total" ? <Total column={column} told={told} /> : <Cell row={row} column={column} />),
    })),
  ];
  const [key, down] = [sort.replace(/^-/, ""), sort.startsWith("-")];
  return (
    <Panel title="Portfolios" note="A figure opens its explanation, a count the accounts behind it." actions={<TakeCsv label="Portfolios" name="team" csv={() => listed(sorted(weighed, sort, columns), columns)} />}>
      <DataTable
        label="Portfolios"
        columns={shown}
        count={rows.length}
        row={(index) => rows[index]}
        rowKey={(row) => (row === "total" ? "total" : (row.portfolio.employee_id ?? "nobody"))}
        isTotal={(row) => row === "total"}
        sort={{ key, down }}
        onSort={(next) => onSort(`${next.down ? "-" : ""}${next.key}`)}
      />
    </Panel>
  );
}

const listed = (rows: readonly Weighed[], columns: readonly Told[]): string =>
  csvOf(
    ["employee_id", "name", "load", ...columns.map((column) => column.key)],
    rows.map((row) => [row.portfolio.employee_id, nameOf(row.portfolio), row.load, ...columns.map((column) => column.value(row))]),
  );

const ownerOf = (row: Weighed): string => row.portfolio.employee_id ?? UNKNOWN_OWNER;

function Name({ row }: { row: Weighed }) {
  return (
    <Link to="/accounts" search={{ filters: { owner_id: [ownerOf(row)] } } as never} className={css.name}>
      {nameOf(row.portfolio)}
    </Link>
  );
}

function Heavy({ row }: { row: Weighed }) {
  if (row.load === null) return <span className="quiet">–</span>;
  return (
    <span className={css.heavy} data-state={row.state}>
      <i aria-hidden style={{ "--load": Math.min(row.load / 2, 1) } as CSSProperties} />
      <span>{show(row.load, { unit: "ratio" })}×</span>
      {WORDS[row.state] && <small>{WORDS[row.state]}</small>}
    </span>
  );
}

function Cell({ row, column }: { row: Weighed; column: Told }) {
  const value = column.value(row);
  const text = column.text(value);
  if (value === null) return <span className="quiet">{text}</span>;
  const about = `${nameOf(row.portfolio)}, ${column.title}: ${text}`;
  if (column.kpi)
    return (
      <Door kpi={column.kpi.name} by={{ [OWNER]: ownerOf(row) }} label={`${about}. Explain`}>
        {text}
      </Door>
    );
  if (!column.accounts) return text;
  const { having, sort, cols } = column.accounts;
  return (
    <Link to="/accounts" search={{ filters: { owner_id: [ownerOf(row)] }, having, sort, cols } as never} className={css.quietLink} aria-label={`${about}. Open the accounts`}>
      {text}
    </Link>
  );
}

function Total({ column, told }: { column: Told; told: Team }) {
  if (!column.kpi) return null;
  const value = told.total[column.kpi.name] ?? null;
  return (
    <Door kpi={column.kpi.name} label={`All together, ${column.title}: ${column.text(value)}. Explain`}>
      {column.text(value)}
    </Door>
  );
}
