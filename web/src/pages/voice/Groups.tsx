// A score by group, the lowest first, each with its interval: which differ from all by more than chance.

import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import { catalog, type KpiShort } from "@/api/queries";
import { Change } from "@/parts/Change";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import { dimensionLabel } from "@/shell/AddFilter";
import type { Asked } from "@/shell/filter";
import { show, showCount, showInterval } from "@/words/format";
import { csvOf } from "@/words/listing";
import { type Line, linesOf, reachOf } from "./hearing";
import { groupsOf } from "./questions";
import type { ScoreName } from "./search";
import css from "./Voice.module.css";

interface Props {
  filter: Asked;
  score: ScoreName;
  by: string | undefined; // as chosen
  usual: string | undefined; // where nobody chose: what accounts have
  known: boolean; // whether it is known what is usual
  onBy: (by: string) => void;
}

const SPLITS = ["segment", "tier", "industry", "region", "country", "owner_id"];
const STANDS: Record<Line["standing"], string> = { below: "Clearly below", above: "Clearly above", with: "", whole: "" };

export function Groups({ filter, score, by, usual, known, onBy }: Props) {
  const { data: all } = useQuery(catalog);
  const split = by ?? usual;
  const { data: answer, error, refetch, isPlaceholderData } = useQuery({ ...groupsOf(score, split ?? "", filter), enabled: split !== undefined });
  const kpi = all?.kpis.find((one) => one.name === score);
  const fits = answer?.kpis[0]?.kpi === score && answer.groups.every((group) => split !== undefined && split in group.by); // not the question before
  const lines = answer && fits ? linesOf(answer) : undefined;
  const below = lines?.filter((line) => line.standing === "below") ?? [];
  return (
    <Panel
      title={`${kpi?.label ?? "Score"} by group`}
      note={lines ? noteOf(lines, below) : "The lowest first."}
      actions={
        <div className={frame.takes}>
          {lines && <TakeCsv label="By group" name={`${score}-by-${split}`} csv={() => linesCsv(lines)} />}
          <Select aria-label="Split by" size="xs" w={130} data={[...new Set([...SPLITS, ...(split ? [split] : [])])].map((name) => ({ value: name, label: dimensionLabel(name) }))} value={split ?? null} onChange={(chosen) => chosen && onBy(chosen)} allowDeselect={false} />
        </div>
      }
    >
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : known && split === undefined ? (
        <Empty small title="Accounts have no segment, tier or industry">
          Map a column that tells one of them to accounts; then refresh.
        </Empty>
      ) : !lines || !kpi ? (
        <Skeleton height={260} />
      ) : lines.length < 2 ? (
        <Empty small title="No answers in this time">
          Choose a longer period, or fewer filters.
        </Empty>
      ) : (
        <div data-fading={isPlaceholderData || undefined} className={frame.fades}>
          <Table lines={lines} kpi={kpi} compare={filter.compare} split={split as string} />
        </div>
      )}
    </Panel>
  );
}

function noteOf(lines: readonly Line[], below: readonly Line[]): string {
  const whole = lines.at(-1);
  if (!below.length || !whole) return "The lowest first. No group lies below all of them by more than chance.";
  const names = below.slice(0, 3).map((line) => `${line.name} (${show(line.figure.value, line.figure)})`).join(", ");
  return `Clearly below all together (${show(whole.figure.value, whole.figure)}): ${names}${below.length > 3 ? ` and ${below.length - 3} more` : ""}.`;
}

const linesCsv = (lines: readonly Line[]): string =>
  csvOf(
    ["group", "value", "lower", "upper", "n", "stands"],
    lines.map(({ name, figure, standing }) => [name, figure.value, figure.lower, figure.upper, figure.n, STANDS[standing]]),
  );

function Table({ lines, kpi, compare, split }: { lines: readonly Line[]; kpi: KpiShort; compare: string; split: string }) {
  const reach = reachOf(lines);
  const whole = lines.find((line) => line.standing === "whole")?.figure.value ?? null;
  const columns: Column<Line>[] = [
    { key: "group", title: dimensionLabel(split), width: 150, cell: (line) => line.name },
    { key: "value", title: kpi.label, number: true, width: 90, cell: (line) => <Value line={line} label={kpi.label} /> },
    { key: "interval", title: "Likely between", width: 240, about: "The bar is the interval, the line all together", cell: (line) => <Whisker line={line} reach={reach} whole={whole} /> },
    { key: "stands", title: "Against all", width: 120, cell: (line) => <span className={css.stands} data-meaning={line.standing === "below" ? "bad" : line.standing === "above" ? "good" : undefined}>{STANDS[line.standing]}</span> },
    { key: "n", title: "Rests on", number: true, width: 80, cell: (line) => showCount(line.figure.n) },
    ...(compare === "none" ? [] : [{ key: "change", title: "Change", width: 150, cell: (line: Line) => <Change figure={line.figure} word={compare} good={kpi.good} /> }]),
    { key: "accounts", title: "Accounts", width: 90, cell: (line) => <Accounts line={line} split={split} kpi={kpi} /> },
  ];
  return <DataTable label={`${kpi.label} by group`} columns={columns} count={lines.length} row={(index) => lines[index]} rowKey={(line) => line.key} isTotal={(line) => line.standing === "whole"} />;
}

function Value({ line, label }: { line: Line; label: string }) {
  const text = show(line.figure.value, line.figure);
  return (
    <Door kpi={line.figure.kpi} by={Object.keys(line.by).length ? line.by : undefined} label={`${label}, ${line.name}: ${text}. Explain`}>
      {text}
    </Door>
  );
}

function Whisker({ line: { figure }, reach: [least, most], whole }: { line: Line; reach: [number, number]; whole: number | null }) {
  const at = (value: number) => (most === least ? 50 : ((value - least) / (most - least)) * 100);
  const words = showInterval(figure.lower, figure.upper, figure) || "unknown";
  if (figure.value === null) return <span className="quiet">–</span>;
  const style = { "--from": `${at(figure.lower ?? figure.value)}%`, "--to": `${at(figure.upper ?? figure.value)}%`, "--at": `${at(figure.value)}%`, "--whole": `${at(whole ?? figure.value)}%` };
  return (
    <span className={css.whisker} style={style as CSSProperties} role="img" aria-label={words} title={words}>
      <i />
      <u />
      <b />
    </span>
  );
}

/** The accounts of a group; those that would recommend us least come first. */
function Accounts({ line, split, kpi }: { line: Line; split: string; kpi: KpiShort }) {
  const values = Object.values(line.by);
  if (!values.length || values.some((value) => value.startsWith("("))) return null;
  return (
    <Link to="/accounts" search={{ filters: { [split]: values }, cols: ["tier", "segment", "owner_id", kpi.name, "mrr", "health_score", "interaction_gap_days"], sort: kpi.name } as never} className={css.link} aria-label={`Open the accounts of ${line.name}`}>
      Open
    </Link>
  );
}
