// A tile's figures as a table; every number is a door.

import { useMemo } from "react";
import type { KpiShort } from "@/api/queries";
import { listingOf, type Line } from "@/words/table";
import { AccountLink } from "@/parts/AccountLink";
import { Change } from "@/parts/Change";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import type { Answer, Figure } from "@/words/answer";
import { show } from "@/words/format";
import { periodAsked, periodName } from "@/words/periods";
import { plainKpi } from "@/words/search";
import css from "./Tile.module.css";

interface Props {
  answer: Answer;
  asked: readonly string[];
  kpis: readonly KpiShort[];
  height: number;
  label: string;
}

export function TileTable({ answer, asked, kpis, height, label }: Props) {
  const known = (name: string) => kpis.find((kpi) => kpi.name === plainKpi(name));
  const listing = useMemo(() => {
    const all = listingOf(answer, asked, (name) => kpis.find((kpi) => kpi.name === plainKpi(name))?.label ?? name);
    return { ...all, lines: all.lines.filter((line) => line.figures.some((figure) => figure !== null)) }; // groups that only others of the batch have
  }, [answer, asked, kpis]);
  const columns: Column<Line>[] = [
    ...(listing.split ? [{ key: "group", title: "Group", width: 150, cell: (line: Line) => <Group line={line} /> }] : []),
    ...(listing.periods || !listing.split ? [{ key: "period", title: "Period", width: 110, cell: (line: Line) => (line.period ? periodName(line.period) : "") }] : []),
    ...listing.headings.map(
      (heading, index): Column<Line> => ({
        key: String(index),
        title: heading.title,
        number: true,
        width: 110,
        cell: (line) => <Cell figure={line.figures[index] ?? null} line={line} kpi={heading.kpi} known={known(heading.kpi)} />,
      }),
    ),
  ];
  return <DataTable label={label} columns={columns} count={listing.lines.length} row={(index) => listing.lines[index]} rowKey={(line) => line.key} height={height} isTotal={(line) => listing.split && Boolean(line.group.flag)} />;
}

function Group({ line }: { line: Line }) {
  const id = line.group.by.account_id;
  const alone = Object.keys(line.group.by).length === 1;
  return id && alone && !line.group.flag && !id.startsWith("(") ? <AccountLink id={id} name={line.groupText} /> : <>{line.groupText}</>;
}

function Cell({ figure, line, kpi, known }: { figure: Figure | null; line: Line; kpi: string; known?: KpiShort }) {
  if (!figure) return <span className="quiet">–</span>;
  const by = Object.fromEntries(Object.entries(line.group.by).filter((entry): entry is [string, string] => entry[1] !== null));
  const text = show(figure.value, figure, true);
  const [word] = Object.keys(figure.compare);
  return (
    <span className={css.cell}>
      {word && figure.compare[word]?.change !== null && <Change figure={figure} word={word} good={known?.good} />}
      <Door kpi={kpi} period={periodAsked(figure.period)} by={Object.keys(by).length ? by : undefined} label={`${known?.label ?? kpi}, ${line.groupText}, ${periodName(figure.period)}: ${text}. Explain`}>
        {text}
      </Door>
    </span>
  );
}
