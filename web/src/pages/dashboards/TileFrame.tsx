// A tile's frame: its title, what it says differently from the dashboard, its menu; a handle that drags and takes arrow keys.

import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowsMove, IconChartBar, IconCopy, IconDots, IconGripVertical, IconNote, IconPencil, IconTable, IconTrash } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import type { Tile } from "@/api/boards";
import { periodLabel } from "@/words/periods";
import { scopeWords } from "@/words/scopes";
import css from "./Tile.module.css";

export interface TileDoes {
  move: (id: string, right: number, down: number) => void;
  resize: (id: string, wider: number, higher: number) => void;
  edit: (id: string) => void;
  copy: (id: string) => void;
  remove: (id: string) => void;
}

interface Props {
  tile: Tile;
  title: string;
  does?: TileDoes; // present while the dashboard is changed
  onNumbers?: () => void; // shows the numbers of a chart, or the chart again
  asNumbers: boolean;
  onNote?: () => void;
  takes?: (close: () => void) => ReactNode; // what of it can be taken away, as items of the menu
  wall?: boolean;
  children: ReactNode;
}

export const HANDLE = "tile-handle";

const STEPS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function TileFrame({ tile, title, does, onNumbers, asNumbers, onNote, takes, wall, children }: Props) {
  const own = [tile.period && periodLabel(tile.period), scopeWords(tile.scope ?? undefined), tile.where && "filtered"].filter(Boolean).join(" · ");
  const steer = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || !does) return;
    event.preventDefault();
    (event.shiftKey ? does.resize : does.move)(tile.id, ...step);
  };
  return (
    <section className={`card ${css.tile}`} aria-label={title}>
      <header className={css.head} role="presentation">
        {does && (
          <button type="button" className={`${css.handle} ${HANDLE}`} onKeyDown={steer} aria-label={`Move ${title}: arrow keys; with Shift its size`}>
            <IconGripVertical size={16} aria-hidden />
          </button>
        )}
        <h2 title={title}>{title}</h2>
        {own && (
          <span className={css.own} title={tile.where ?? undefined}>
            {own}
          </span>
        )}
        {!wall && (does || onNumbers || onNote || takes) && <TileMenu tile={tile} title={title} does={does} onNumbers={onNumbers} asNumbers={asNumbers} onNote={onNote} takes={takes} />}
      </header>
      <div className={css.inside} data-wall={wall || undefined}>{children}</div>
    </section>
  );
}

function TileMenu({ tile, title, does, onNumbers, asNumbers, onNote, takes }: Omit<Props, "children">) {
  const [opened, setOpened] = useState(false);
  return (
    <Menu position="bottom-end" shadow="md" withinPortal opened={opened} onChange={setOpened}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" c="var(--ink-3)" size="sm" aria-label={`Menu of ${title}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {onNumbers && (
          <Menu.Item leftSection={asNumbers ? <IconChartBar size={15} aria-hidden /> : <IconTable size={15} aria-hidden />} onClick={onNumbers}>
            {asNumbers ? "Show the chart" : "Show the numbers"}
          </Menu.Item>
        )}
        {onNote && (
          <Menu.Item leftSection={<IconNote size={15} aria-hidden />} onClick={onNote}>
            Notes …
          </Menu.Item>
        )}
        {takes?.(() => setOpened(false))}
        {does && (
          <>
            <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} onClick={() => does.edit(tile.id)}>
              Change the tile …
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={15} aria-hidden />} onClick={() => does.copy(tile.id)}>
              Duplicate
            </Menu.Item>
            <Places tile={tile} does={does} />
            <Menu.Item color="var(--bad)" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => does.remove(tile.id)}>
              Remove
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

const MOVES: [string, number, number][] = [["Left", -1, 0], ["Right", 1, 0], ["Up", 0, -1], ["Down", 0, 1]];
const SIZES: [string, number, number][] = [["Wider", 1, 0], ["Narrower", -1, 0], ["Higher", 0, 1], ["Lower", 0, -1]];

/** What dragging does, for a keyboard, a voice or a finger. */
function Places({ tile, does }: { tile: Tile; does: TileDoes }) {
  return (
    <Menu.Sub>
      <Menu.Sub.Target>
        <Menu.Sub.Item leftSection={<IconArrowsMove size={15} aria-hidden />}>Place and size</Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown>
        {MOVES.map(([label, right, down]) => (
          <Menu.Item key={label} closeMenuOnClick={false} onClick={() => does.move(tile.id, right, down)}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {SIZES.map(([label, wider, higher]) => (
          <Menu.Item key={label} closeMenuOnClick={false} onClick={() => does.resize(tile.id, wider, higher)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Sub.Dropdown>
    </Menu.Sub>
  );
}
