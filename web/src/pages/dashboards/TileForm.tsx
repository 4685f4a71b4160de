// A tile made or changed: what it shows, how, and where it differs from the dashboard.

import { Button, Drawer, MultiSelect, NumberInput, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Tile } from "@/api/boards";
import type { KpiShort } from "@/api/queries";
import { useDimensions } from "@/parts/useDimensions";
import { KpiPicker } from "@/parts/KpiPicker";
import { dimensionLabel } from "@/shell/AddFilter";
import { COMPARISONS, GRAINS, PERIODS } from "@/words/periods";
import { SCOPES } from "@/words/scopes";
import css from "./Board.module.css";

export type NewTile = Omit<Tile, "id" | "box">;

interface Props {
  tile?: Tile; // absent: a new one
  kpis: readonly KpiShort[];
  onKeep: (tile: NewTile) => void;
  onClose: () => void;
}

const KINDS: { value: Tile["kind"]; label: string }[] = [
  { value: "number", label: "Number" },
  { value: "line", label: "Line" },
  { value: "area", label: "Area" },
  { value: "bar", label: "Bars" },
  { value: "heat", label: "Heat" },
  { value: "table", label: "Table" },
  { value: "text", label: "Text" },
];
const AS_BOARD = "";
const NO_COMPARISON = "none";
const EMPTY: NewTile = { kind: "number", title: "", kpis: [], by: [], text: "" };

const choices = (words: Record<string, string>, first: string) => [{ value: AS_BOARD, label: first }, ...Object.entries(words).map(([value, label]) => ({ value, label }))];

export function TileForm({ tile, kpis, onKeep, onClose }: Props) {
  const [now, setNow] = useState<NewTile>(tile ?? EMPTY);
  const put = (change: Partial<NewTile>) => setNow((before) => ({ ...before, ...change }));
  const isText = now.kind === "text";
  const complete = isText ? now.text.trim() !== "" : now.kpis.length > 0;
  return (
    <Drawer opened onClose={onClose} position="right" size={440} title={tile ? "Change the tile" : "Add a tile"} closeButtonProps={{ "aria-label": "Close" }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          onKeep(isText ? { ...EMPTY, kind: "text", title: now.title, text: now.text } : { ...now, text: "" });
        }}
      >
        <SegmentedControl fullWidth size="xs" aria-label="Shown as" value={now.kind} onChange={(kind) => put({ kind: kind as Tile["kind"] })} data={KINDS} />
        {isText ? (
          <Textarea label="Text" description="A blank line parts paragraphs; **bold**, - lists, # headings" required autosize minRows={4} maxLength={8000} value={now.text} onChange={(event) => put({ text: event.currentTarget.value })} />
        ) : (
          <Asks now={now} put={put} kpis={kpis} />
        )}
        <TextInput label="Title" placeholder="Else what it shows" maxLength={200} value={now.title} onChange={(event) => put({ title: event.currentTarget.value })} />
        {!isText && <Differs now={now} put={put} />}
        <Button type="submit" disabled={!complete}>
          {tile ? "Change it" : "Add it"}
        </Button>
      </form>
    </Drawer>
  );
}

interface PartProps {
  now: NewTile;
  put: (change: Partial<NewTile>) => void;
}

function Asks({ now, put, kpis }: PartProps & { kpis: readonly KpiShort[] }) {
  const dimensions = useDimensions(now.kpis, now.by);
  const splits = now.kind !== "number";
  return (
    <>
      <p className={css.picked}>KPIs</p>
      <KpiPicker kpis={kpis} chosen={now.kpis} onChoose={(chosen) => put({ kpis: chosen.slice(0, 24) })} />
      {splits && (
        <div className={css.pair}>
          <MultiSelect label="Split by" placeholder={now.by.length ? "" : "Nothing"} data={dimensions.map((name) => ({ value: name, label: dimensionLabel(name) }))} value={now.by} onChange={(by) => put({ by })} maxValues={2} searchable size="sm" />
          <NumberInput label="Only the first" description={undefined} placeholder="All" min={1} max={1000} value={now.top ?? ""} onChange={(top) => put({ top: typeof top === "number" ? top : null })} disabled={now.by.length === 0} size="sm" />
        </div>
      )}
    </>
  );
}

/** What the tile says for itself; what it leaves open is the dashboard's filter. */
function Differs({ now, put }: PartProps) {
  const periods = Object.fromEntries(PERIODS.map(({ value, label }) => [value, label]));
  const own = now.period && !(now.period in periods) ? { ...periods, [now.period]: now.period } : periods;
  const compare = now.compare ? (now.compare[0] ?? NO_COMPARISON) : AS_BOARD;
  const comparisons = { ...Object.fromEntries(Object.entries(COMPARISONS).map(([word, told]) => [word, told.label])), [NO_COMPARISON]: "No comparison" };
  const setCompare = (word: string | null) => put({ compare: !word ? null : word === NO_COMPARISON ? [] : [word] });
  return (
    <>
      <div className={css.pair}>
        <Select label="Period" data={choices(own, "As the dashboard")} value={now.period ?? AS_BOARD} onChange={(period) => put({ period: period || null })} searchable />
        {now.kind !== "number" && <Select label="Grain" data={choices(Object.fromEntries(GRAINS.map((grain) => [grain, grain === "total" ? "As a whole" : `By ${grain}`])), "As it fits")} value={now.grain ?? AS_BOARD} onChange={(grain) => put({ grain: grain || null })} />}
        <Select label="Accounts" data={choices(SCOPES, "As the dashboard")} value={now.scope ?? AS_BOARD} onChange={(scope) => put({ scope: scope || null })} />
        {["number", "table"].includes(now.kind) && <Select label="Compare with" data={choices(comparisons, "As the dashboard")} value={compare} onChange={setCompare} />}
      </div>
      <TextInput label="Filter" description="A condition beside the dashboard's" placeholder="tier = 'A' and region in ('EMEA')" maxLength={2000} value={now.where ?? ""} onChange={(event) => put({ where: event.currentTarget.value || null })} />
    </>
  );
}
