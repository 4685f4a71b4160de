// What stands in a cell: a name that leads to its page, an attribute, a figure with its place among all, a change, a course.

import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { CSSProperties } from "react";
import type { ColumnTold } from "@/api/accounts";
import { Door } from "@/parts/Door";
import { Spark } from "@/parts/Spark";
import { MEANS, meaningOf } from "@/words/change";
import { flagWords, loudFlags } from "@/words/flags";
import { show, UNKNOWN } from "@/words/format";
import { stageWords } from "@/words/groups";
import { COMPARISONS, dateText } from "@/words/periods";
import { changeText, type Column, HEAT_WORDS, heatOf } from "./columns";
import css from "./Grid.module.css";
import type { Row } from "./useRows";

interface Look {
  heat: boolean;
  compare: string;
  period: string;
  currency: string;
}

interface Props extends Look {
  column: Column;
  row: Row;
  reached: boolean; // by the Tab key
}

export function NameCell({ id, name, reached }: { id: string; name: string; reached: boolean }) {
  return (
    <Link to="/accounts/$id" params={{ id }} search={sharedFilter} className={css.name} tabIndex={reached ? 0 : -1} preload={false} title={name}>
      {name}
    </Link>
  );
}

/** An account's page keeps the comparison; its period is its own. */
const sharedFilter = (now: Record<string, unknown>) => ({ compare: now.compare as never });

export function Cell(props: Props) {
  const { column, row } = props;
  if (column.shows === "course") return <Course {...props} />;
  const told = row.told.get(column.asked);
  if (!told) return <span data-waits />;
  if (column.shows === "attribute") return <>{column.key === STAGE ? stageText(told, row.place) : attributeText(told, row.place, column.type)}</>;
  if (column.shows === "change") return <ChangeCell {...props} told={told} />;
  return <Value {...props} told={told} />;
}

export function attributeText(told: ColumnTold, place: number, type: string | undefined): string {
  const value = told.values[place];
  if (value === null || value === undefined || value === "") return UNKNOWN;
  if (typeof value === "number") return show(value, { unit: "count" });
  if (type?.startsWith("TIMESTAMP") || type === "DATE") return dateText(String(value));
  const text = String(value);
  return told.names?.[text] ?? text;
}

const STAGE = "stage";

const stageText = (told: ColumnTold, place: number): string => (told.values[place] === null ? UNKNOWN : stageWords(String(told.values[place])));

const numberAt = (figures: ColumnTold["values"] | undefined | null, place: number): number | null => {
  const value = figures?.[place];
  return typeof value === "number" ? value : null;
};

function Value({ column, row, told, heat, period, currency, reached }: Props & { told: ColumnTold }) {
  const look = { unit: told.unit ?? "count", currency };
  const value = numberAt(told.values, row.place);
  const found = heat ? heatOf(value, told.scale, column.kpi?.good) : undefined;
  const flags = loudOf(Object.keys(told.flags ?? {}).filter((flag) => told.flags?.[flag]?.[row.place]));
  const text = show(value, look, true);
  const meaning = found ? HEAT_WORDS[found.meaning] : "";
  if (value === null && flags.length === 0) return <span className="quiet">{UNKNOWN}</span>;
  return (
    <span className={css.figure}>
      <Door kpi={column.asked} period={period} by={{ account_id: row.id }} label={`${column.title}, ${row.name}: ${text}${meaning ? `, ${meaning}` : ""}${flags.length ? `. ${flags.map(flagWords).join(". ")}` : ""}. Explain`} tabIndex={reached ? 0 : -1}>
        {flags.length > 0 && (
          <span className={css.mark} title={flags.map(flagWords).join(". ")} aria-hidden>
            ◦
          </span>
        )}
        {text}
      </Door>
      {found && (
        <i className={css.heat} data-meaning={found.meaning} aria-hidden style={{ "--from": `${50 + Math.min(0, found.side) * 50}%`, "--to": `${50 + Math.max(0, found.side) * 50}%` } as CSSProperties} />
      )}
    </span>
  );
}

/** One account is a small sample of itself: that is not said in every cell. */
const loudOf = (flags: readonly string[]): string[] => loudFlags(flags).filter((flag) => flag !== "small_sample");

function ChangeCell({ column, row, told, compare, currency }: Props & { told: ColumnTold }) {
  const change = numberAt(told.change, row.place);
  if (change === null) return <span className="quiet">{UNKNOWN}</span>;
  const look = { unit: told.unit ?? "count", currency };
  const meaning = meaningOf(change, column.kpi?.good);
  const Arrow = change > 0 ? IconArrowUpRight : IconArrowDownRight;
  const before = show(numberAt(told.then, row.place), look);
  const beside = COMPARISONS[compare]?.beside ?? compare;
  return (
    <span className={css.change} data-meaning={meaning} title={`${before} ${beside}`}>
      {change !== 0 && <Arrow size={14} aria-hidden />}
      {changeText(change, look)}
      {meaning !== "neutral" && <span className="unseen">, {MEANS[meaning]}</span>}
    </span>
  );
}

function Course({ column, row, currency }: Props) {
  if (!row.courses) return <span className={css.course} data-waits />;
  const told = row.courses.get(column.asked);
  const values = told?.spark?.values[row.place] ?? [];
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return <span className="quiet">{UNKNOWN}</span>;
  const look = { unit: told?.unit ?? "count", currency };
  const words = `${column.title}: from ${show(known[0], look, true)} to ${show(known.at(-1), look, true)}`;
  return (
    <span className={css.course} title={words}>
      <Spark values={values} label={words} width={110} height={24} />
    </span>
  );
}
