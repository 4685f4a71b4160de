// Which columns, in which order: any attribute, and of any KPI its value, its change, its course.

import { Button, Chip, Drawer, Group, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Catalog } from "@/api/queries";
import { Ordered } from "@/parts/Ordered";
import { found } from "@/words/finding";
import css from "./Accounts.module.css";
import { attributeLabel, attributesOf, type Column, keyOf, type Shows } from "./columns";

interface Props {
  opened: boolean;
  onClose: () => void;
  catalog: Catalog;
  columns: readonly Column[];
  onChoose: (keys: string[]) => void;
  onUsual: () => void;
}

const PARTS: readonly { shows: Shows; label: string }[] = [
  { shows: "value", label: "Value" },
  { shows: "change", label: "Change" },
  { shows: "course", label: "12 months" },
];
const SHOWN = 30;

export function ColumnsDrawer({ opened, onClose, catalog, columns, onChoose, onUsual }: Props) {
  const keys = columns.map((column) => column.key);
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size={440} title="Columns" closeButtonProps={{ "aria-label": "Close" }}>
      <Ordered label="Columns shown" items={columns} onOrder={onChoose} />
      <More catalog={catalog} keys={keys} onChoose={onChoose} />
      <Button variant="subtle" onClick={onUsual}>
        Back to the usual columns
      </Button>
    </Drawer>
  );
}

/** Attributes and KPIs are found alike. */
function More({ catalog, keys, onChoose }: Pick<Props, "catalog" | "onChoose"> & { keys: string[] }) {
  const [text, setText] = useState("");
  const attributes = Object.keys(attributesOf(catalog)).map((name) => ({ name, label: attributeLabel(name), asks: "", family: "account" }));
  const fitting = found([...attributes, ...catalog.kpis.map(({ name, label, asks, family }) => ({ name, label, asks, family }))], text);
  const offered = fitting.slice(0, SHOWN).map((item) => ({ ...item, kpi: catalog.kpis.find((kpi) => kpi.name === item.name) }));
  return (
    <>
      <TextInput label="Add a column" placeholder={`Search ${attributes.length} attributes and ${catalog.kpis.length} KPIs`} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <ul className={css.more}>
        {offered.map((item) =>
          item.kpi ? (
            <li key={item.name}>
              <b>{item.label}</b>
              <small>{item.kpi.known ? item.asks : `Without data yet: ${item.kpi.lacks.join(", ")}`}</small>
              <Chip.Group multiple value={PARTS.map(({ shows }) => keyOf(item.name, shows)).filter((key) => keys.includes(key))} onChange={(now) => onChoose(toggle(keys, item.name, now))}>
                <Group gap={6}>
                  {PARTS.map(({ shows, label }) => (
                    <Chip key={shows} size="xs" value={keyOf(item.name, shows)} aria-label={`${item.label}: ${label}`}>
                      {label}
                    </Chip>
                  ))}
                </Group>
              </Chip.Group>
            </li>
          ) : (
            <li key={item.name}>
              <button type="button" disabled={keys.includes(item.name)} onClick={() => onChoose([...keys, item.name])}>
                <IconPlus size={15} aria-hidden />
                <b>{item.label}</b>
              </button>
            </li>
          ),
        )}
      </ul>
      {fitting.length > offered.length && <p className="quiet">{fitting.length - offered.length} more: type to find them.</p>}
      {fitting.length === 0 && <p className="quiet">Nothing is called that.</p>}
    </>
  );
}

/** The columns after the parts of one KPI were chosen; the new ones stand behind those it has. */
export function toggle(keys: readonly string[], kpi: string, parts: readonly string[]): string[] {
  const mine = PARTS.map(({ shows }) => keyOf(kpi, shows));
  const left = keys.filter((key) => !mine.includes(key) || parts.includes(key));
  const added = mine.filter((key) => parts.includes(key) && !keys.includes(key));
  const behind = left.reduce((last, key, index) => (mine.includes(key) ? index : last), left.length - 1);
  const now = [...left.slice(0, behind + 1), ...added, ...left.slice(behind + 1)];
  return now.length ? now : [...keys];
}
