// The table: every source by every model, as share, as money or as return; every number a door.

import { SegmentedControl } from "@mantine/core";
import type { CSSProperties } from "react";
import type { Attribution, Source } from "@/api/attribution";
import type { KpiShort } from "@/api/queries";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { show } from "@/words/format";
import { csvOf } from "@/words/listing";
import css from "./Attribution.module.css";
import { kpiOf, roiOf, shownOf, shownText, sorted, sourceName } from "./crediting";
import type { AttributionSearch, Shows } from "./search";

interface Props {
  told: Attribution;
  model: string;
  name: (model: string) => string;
  kpis: readonly KpiShort[];
  shows: Shows;
  sort: string;
  onPut: (change: AttributionSearch) => void;
}

type Row = Source | "total";

const SHOW_WORDS: Record<Shows, string> = { share: "Share", credit: "Credit", roi: "Return" };
const TITLES: Record<string, string> = { channel: "Channel", campaign_id: "Campaign", program: "Program" };
const HEAT = 26; // percent of the colour, at the most: text stays readable on it

export function Credits({ told, model, name, kpis, shows, sort, onPut }: Props) {
  const sources = sorted(told.sources, sort, shows);
  const rows: Row[] = shows === "roi" ? sources : [...sources, "total"];
  const most = Math.max(...told.sources.map((one) => one.most ?? 0), Number.MIN_VALUE);
  const about = (one: string) => kpis.find((kpi) => kpi.name === kpiOf(one))?.asks;
  const heat = (row: Row, one: string) => (shows !== "share" || row === "total" ? undefined : `color-mix(in srgb, var(--chart-1) ${Math.round(((row.share[one] ?? 0) / most) * HEAT)}%, var(--surface))`);
  const columns: Column<Row>[] = [
    { key: "name", title: TITLES[told.by] ?? told.by, width: 180, cell: (row) => (row === "total" ? "All together" : sourceName(row)) },
    { key: "cost", title: "Cost", number: true, width: 90, about: "In this period", cell: (row) => <Cost row={row} told={told} model={model} /> },
    { key: "range", title: "Share, least to most", number: true, width: 170, about: "What any model gives it", cell: (row) => (row === "total" ? "" : <Range source={row} most={most} />) },
    ...told.models.map((one): Column<Row> => ({
      key: one,
      title: name(one),
      about: about(one),
      number: true,
      width: 104,
      cell: (row) => <Cell row={row} model={one} told={told} shows={shows} title={name(one)} counts={one === model} />,
      tint: (row) => heat(row, one),
    })),
  ];
  const [key, down] = [sort.replace(/^-/, ""), sort.startsWith("-")];
  return (
    <Panel
      title="Credit by model"
      note="Each number opens its explanation; the model that counts is bold."
      actions={
        <div className={frame.takes}>
          <SegmentedControl aria-label="Show" size="xs" value={shows} onChange={(chosen) => onPut({ show: chosen as Shows })} data={(told.cost === null ? (["share", "credit"] as const) : (["share", "credit", "roi"] as const)).map((value) => ({ value, label: SHOW_WORDS[value] }))} />
          <TakeCsv label="Credit by model" name={`attribution-by-${told.by}`} csv={() => listed(told, sources)} />
        </div>
      }
    >
      <DataTable
        label="Credit by model"
        columns={columns}
        count={rows.length}
        row={(index) => rows[index]}
        rowKey={(row) => (row === "total" ? "total" : row.id)}
        isTotal={(row) => row === "total"}
        sort={{ key, down }}
        onSort={(next) => onPut({ sort: `${next.down ? "-" : ""}${next.key}` })}
      />
    </Panel>
  );
}

/** All that is known of each, whatever the table shows. */
function listed(told: Attribution, sources: readonly Source[]): string {
  const header = ["id", "name", "cost", ...told.models.flatMap((model) => [`credit_${model}`, `share_${model}`, `roi_${model}`])];
  return csvOf(
    header,
    sources.map((one) => [one.id, one.name, one.cost, ...told.models.flatMap((model) => [one.credit[model], one.share[model], one.roi[model]])]),
  );
}

function Cost({ row, told, model }: { row: Row; told: Attribution; model: string }) {
  const value = row === "total" ? told.cost : row.cost;
  if (value === null) return <span className="quiet">–</span>;
  const text = show(value, { unit: "money", currency: told.currency }, true);
  return (
    <Door kpi={roiOf(model)} by={row === "total" ? undefined : { [told.by]: row.id }} label={`Cost, ${row === "total" ? "all together" : sourceName(row)}: ${text}. Explain`}>
      {text}
    </Door>
  );
}

function Range({ source, most }: { source: Source; most: number }) {
  if (source.least === null || source.most === null) return <span className="quiet">–</span>;
  const [low, high] = [show(source.least, { unit: "fraction" }), show(source.most, { unit: "fraction" })];
  return (
    <span className={css.range} style={{ "--from": `${(source.least / most) * 100}%`, "--to": `${(source.most / most) * 100}%` } as CSSProperties}>
      <i aria-hidden />
      {low} – {high}
    </span>
  );
}

interface CellProps {
  row: Row;
  model: string;
  told: Attribution;
  shows: Shows;
  title: string;
  counts: boolean;
}

function Cell({ row, model, told, shows, title, counts }: CellProps) {
  const value = row === "total" ? (shows === "share" ? (told.total[model] ? 1 : null) : (told.total[model] ?? null)) : shownOf(row, model, shows);
  const text = shownText(value, shows, told.currency);
  if (value === null) return <span className="quiet">{text}</span>;
  const kpi = shows === "roi" ? roiOf(model) : kpiOf(model);
  const what = row === "total" ? "All together" : sourceName(row);
  return (
    <Door kpi={kpi} by={row === "total" ? undefined : { [told.by]: row.id }} label={`${what}, ${title}: ${text}. Explain`}>
      <span className={css.cell} data-counts={counts || undefined} data-tone={shows !== "roi" ? undefined : value < 0 ? "bad" : "good"}>
        {text}
      </span>
    </Door>
  );
}
