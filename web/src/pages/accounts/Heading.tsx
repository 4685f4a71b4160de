// A heading: a click sorts, its edge is dragged for the width, it is dragged to another place; a menu does the same by keyboard.

import { Menu } from "@mantine/core";
import { IconArrowDown, IconArrowLeft, IconArrowRight, IconArrowUp, IconChevronDown, IconFilter, IconMinus, IconPlus, IconX } from "@tabler/icons-react";
import { type DragEvent, type PointerEvent, useRef, useState } from "react";
import { type Column, LEAST_PX, MOST_PX, nextSort, sortsBy, STEP_PX } from "./columns";
import css from "./Grid.module.css";

export interface HeadingDoes {
  sort: (sort: string) => void;
  widen: (key: string, width: number) => void;
  move: (from: number, to: number) => void;
  remove: (key: string) => void;
  bound: (column: Column) => void;
}

interface Props {
  title: string;
  name: string; // its key
  number: boolean;
  column?: Column; // absent: the name, which stays where it is
  sort: string;
  width: number;
  place?: number;
  last?: number;
  does: HeadingDoes;
}

const DRAGGED = "application/x-accountlens-column";

export function Heading({ title, name, number, column, sort, width, place, last = 0, does }: Props) {
  const [over, setOver] = useState(false);
  const key = column ? sortsBy(column) : name;
  const order = sort === key ? "ascending" : sort === `-${key}` ? "descending" : undefined;
  const Arrow = order === "descending" ? IconArrowDown : IconArrowUp;
  const drop = (event: DragEvent) => {
    setOver(false);
    const from = event.dataTransfer.getData(DRAGGED);
    if (from !== "" && place !== undefined) does.move(Number(from), place);
  };
  const draggable = place !== undefined && {
    draggable: true,
    onDragStart: (event: DragEvent) => event.dataTransfer.setData(DRAGGED, String(place)),
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: drop,
  };
  return (
    <th scope="col" aria-sort={order} data-number={number || undefined} data-over={over || undefined} {...draggable}>
      <span className={css.heading}>
        <button type="button" className={css.sort} title={column?.about ? `${title}: ${column.about}` : title} onClick={() => does.sort(nextSort(sort, key, number || column?.kpi !== undefined))}>
          <Words title={title} column={column} />
          {order && <Arrow size={13} aria-hidden />}
        </button>
        {column && place !== undefined && <More column={column} width={width} place={place} last={last} does={does} />}
      </span>
      <Edge width={width} onWiden={(to) => does.widen(name, to)} />
    </th>
  );
}

const Words = ({ title, column }: { title: string; column?: Column }) => (
  <span className={css.words}>
    <span className={css.label} data-noted={Boolean(column?.note) || undefined}>
      {column?.label ?? title}
      {column?.note && <span className="unseen">, </span>}
    </span>
    {column?.note && <small>{column.note}</small>}
  </span>
);

function More({ column, width, place, last, does }: { column: Column; width: number; place: number; last: number; does: HeadingDoes }) {
  const key = sortsBy(column);
  return (
    <Menu position="bottom-end" shadow="md" width={210} withinPortal>
      <Menu.Target>
        <button type="button" className={css.more} aria-label={`Column ${column.title}`}>
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowDown size={15} aria-hidden />} onClick={() => does.sort(`-${key}`)}>
          {column.kpi || column.number ? "Highest first" : "From Z to A"}
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowUp size={15} aria-hidden />} onClick={() => does.sort(key)}>
          {column.kpi || column.number ? "Lowest first" : "From A to Z"}
        </Menu.Item>
        {column.kpi && column.shows !== "course" && (
          <Menu.Item leftSection={<IconFilter size={15} aria-hidden />} onClick={() => does.bound(column)}>
            Only where …
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconArrowLeft size={15} aria-hidden />} disabled={place === 0} onClick={() => does.move(place, place - 1)}>
          Move left
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowRight size={15} aria-hidden />} disabled={place === last} onClick={() => does.move(place, place + 1)}>
          Move right
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} leftSection={<IconPlus size={15} aria-hidden />} disabled={width >= MOST_PX} onClick={() => does.widen(column.key, width + STEP_PX)}>
          Wider
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} leftSection={<IconMinus size={15} aria-hidden />} disabled={width <= LEAST_PX} onClick={() => does.widen(column.key, width - STEP_PX)}>
          Narrower
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconX size={15} aria-hidden />} onClick={() => does.remove(column.key)}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The edge that is dragged: the column follows, the address is told at the end. */
function Edge({ width, onWiden }: { width: number; onWiden: (width: number) => void }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const within = (event: PointerEvent) => {
    const from = start.current;
    return from ? Math.max(LEAST_PX, Math.min(MOST_PX, from.width + event.clientX - from.x)) : width;
  };
  return (
    <i
      className={css.edge}
      aria-hidden
      draggable={false}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (start.current) event.currentTarget.style.transform = `translateX(${within(event) - start.current.width}px)`;
      }}
      onPointerUp={(event) => {
        const to = within(event);
        event.currentTarget.style.transform = "";
        start.current = null;
        if (to !== width) onWiden(to);
      }}
    />
  );
}
