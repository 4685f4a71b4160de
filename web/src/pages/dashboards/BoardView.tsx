// A dashboard with its filter bar and everything that can be done with it.

import { Button, Menu, Modal } from "@mantine/core";
import { IconCopy, IconDeviceTv, IconDots, IconFilterCheck, IconMailFast, IconPencil, IconPlus, IconShare, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { addBoard, type Board, boards, dropBoard } from "@/api/boards";
import { catalog } from "@/api/queries";
import { session } from "@/api/session";
import { Empty } from "@/parts/Empty";
import { Leaving } from "@/parts/Leaving";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { asked } from "@/shell/filter";
import { Filters } from "@/shell/Filters";
import type { SettingsSearch } from "@/pages/settings/search";
import { whereOf } from "@/words/search";
import { whereAll } from "./asking";
import css from "./Board.module.css";
import { addTile, changeTile, copyTile, dropTile, moveTile, put as placed, resizeTile } from "./layout";
import { NameDialog } from "./NameDialog";
import { NotSaved } from "./Unsaved";
import type { BoardSearch } from "./search";
import { ShareDialog } from "./ShareDialog";
import { TileForm } from "./TileForm";
import type { TileDoes } from "./TileFrame";
import { type Placed, Tiles } from "./Tiles";
import { type Draft, useDraft } from "./useDraft";
import { WallDialog } from "./WallDialog";

interface Props {
  board: Board;
  search: BoardSearch;
  put: (change: Partial<BoardSearch>, replace?: boolean) => void;
}

type Dialog = "share" | "name" | "copy" | "delete" | "wall" | { tile: string } | "add";

export function BoardView({ board, search, put }: Props) {
  const [dialog, setDialog] = useState<Dialog>();
  const changing = search.edit === "1" && board.may_change;
  const draft = useDraft(board, changing, () => put({ edit: undefined }));
  const { data: all } = useQuery(catalog);
  const { layout } = draft;
  const { narrowing } = layout;
  const filter = asked(search, defaultsOf(narrowing));
  const { change } = draft;
  const does = useMemo<TileDoes>(
    () => ({
      move: (id, right, down) => change((now) => moveTile(now, id, right, down)),
      resize: (id, wider, higher) => change((now) => resizeTile(now, id, wider, higher)),
      edit: (id) => setDialog({ tile: id }),
      copy: (id) => change((now) => copyTile(now, id)),
      remove: (id) => change((now) => dropTile(now, id)),
    }),
    [change],
  );
  const onPlaced = useCallback((items: readonly Placed[]) => change((now) => placed(now, items)), [change]);
  const close = () => setDialog(undefined);
  return (
    <Page
      title={layout.name}
      lead={leadOf(board)}
      actions={<Actions board={board} draft={draft} changing={changing} onDialog={setDialog} put={put} />}
    >
      <Filters value={filter} />
      {changing && <KeepFilter search={search} draft={draft} put={put} />}
      {narrowing.where && <p className={css.stands}>Always under the condition: {narrowing.where}</p>}
      <NotSaved board={board} draft={draft} />
      {layout.tiles.length === 0 ? (
        <Empty title="Nothing on it yet" action={changing ? <Button onClick={() => setDialog("add")}>Add a tile</Button> : undefined}>
          {changing ? "Add a KPI, found by its name." : "Whoever may change it can add tiles."}
        </Empty>
      ) : (
        <Tiles layout={layout} faults={changing ? NONE : board.faults} told={search} does={changing ? does : undefined} onPlaced={onPlaced} />
      )}
      {dialog === "add" && all && <TileForm kpis={all.kpis} onClose={close} onKeep={(tile) => (change((now) => addTile(now, tile)), close())} />}
      {typeof dialog === "object" && all && (
        <TileForm key={dialog.tile} tile={layout.tiles.find((tile) => tile.id === dialog.tile)} kpis={all.kpis} onClose={close} onKeep={(tile) => (change((now) => changeTile(now, dialog.tile, tile)), close())} />
      )}
      {dialog === "name" && <NameDialog title="Rename" name={layout.name} does="Rename" onClose={close} onKeep={(name) => (change((now) => ({ ...now, name })), close())} />}
      {dialog === "share" && <ShareDialog board={board} onClose={close} />}
      {dialog === "wall" && <WallDialog id={board.id} onClose={close} onStart={(every, next) => put({ wall: "1", every: String(every), next, edit: undefined }, false)} />}
      {dialog === "copy" && <Copy board={board} draft={draft} onClose={close} />}
      {dialog === "delete" && <Delete board={board} onClose={close} />}
      {draft.leaving && <Leaving what="What you changed on this dashboard is not saved." leaving={draft.leaving} />}
    </Page>
  );
}

const NONE: Board["faults"] = [];

const leadOf = (board: Board): string => {
  const whose = board.mine ? "Yours" : `By ${board.owner ?? "somebody who left"}`;
  return `${whose} · ${{ nobody: "not shared", look: "shared to look at", change: "shared to change" }[board.shared]}`;
};

/** What the filter bar shows where the address says nothing. */
export const defaultsOf = (narrowing: Board["layout"]["narrowing"]) => ({
  ...(narrowing.period && { period: narrowing.period }),
  ...(narrowing.scope && { scope: narrowing.scope }),
  ...(narrowing.compare && { compare: (narrowing.compare[0] ?? "none") as "previous" | "year-ago" | "none" }),
});

function Actions({ board, draft, changing, onDialog, put }: Pick<Props, "board" | "put"> & { draft: Draft; changing: boolean; onDialog: (dialog: Dialog) => void }) {
  const { data: who } = useQuery(session);
  const navigate = useNavigate();
  const mayEdit = who?.rights.includes("edit_dashboards") ?? false;
  if (changing)
    return (
      <>
        <Button variant="default" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => onDialog("add")}>
          Add a tile
        </Button>
        <Button variant="default" onClick={() => onDialog("name")}>
          Rename
        </Button>
        <Button variant="subtle" onClick={() => (draft.discard(), put({ edit: undefined }))}>
          {draft.unsaved ? "Discard" : "Done"}
        </Button>
        <Button loading={draft.saving} disabled={!draft.unsaved} onClick={() => draft.save()}>
          Save
        </Button>
      </>
    );
  return (
    <>
      {board.may_change && mayEdit && (
        <Button variant="default" leftSection={<IconPencil size={15} aria-hidden />} onClick={() => put({ edit: "1" })}>
          Change
        </Button>
      )}
      <Button variant="default" leftSection={<IconShare size={15} aria-hidden />} onClick={() => onDialog("share")}>
        Share
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" px={9} aria-label="More">
            <IconDots size={16} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDeviceTv size={15} aria-hidden />} onClick={() => onDialog("wall")}>
            Show on a wall …
          </Menu.Item>
          {who?.rights.includes("manage_deliveries") && (
            <Menu.Item leftSection={<IconMailFast size={15} aria-hidden />} onClick={() => void navigate({ to: "/settings", search: regularly(board) })}>
              Send regularly …
            </Menu.Item>
          )}
          {mayEdit && (
            <Menu.Item leftSection={<IconCopy size={15} aria-hidden />} onClick={() => onDialog("copy")}>
              Duplicate …
            </Menu.Item>
          )}
          {board.may_share && mayEdit && (
            <Menu.Item color="var(--bad)" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => onDialog("delete")}>
              Delete …
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** A new delivery of a dashboard that others may look at; of one that nobody may, a digest of its KPIs. */
function regularly({ id, shared, layout: { name, tiles, narrowing } }: Board): SettingsSearch {
  if (shared !== "nobody") return { part: "edit", kind: "dashboard", name, board: id };
  const kpis = [...new Set(tiles.flatMap((tile) => tile.kpis))];
  return { part: "edit", kind: "kpis", name, kpis, span: narrowing.period ?? "last-quarter", only: narrowing.where ?? undefined };
}

/** The filter that is set now, made the dashboard's own. */
function KeepFilter({ search, draft, put }: Pick<Props, "search" | "put"> & { draft: Draft }) {
  const set = search.period ?? search.grain ?? search.compare ?? search.scope ?? search.filters;
  if (set === undefined) return null;
  const keep = () => {
    draft.change((now) => {
      const before = now.narrowing;
      const compare = search.compare === "none" ? [] : search.compare ? [search.compare] : before.compare;
      const narrowing = { period: search.period ?? before.period, grain: search.grain ?? before.grain, scope: search.scope ?? before.scope, compare, where: whereAll(before.where, whereOf(search.filters)) };
      return { ...now, narrowing };
    });
    put({ period: undefined, grain: undefined, compare: undefined, scope: undefined, filters: undefined });
  };
  return (
    <div>
      <Button size="xs" variant="default" leftSection={<IconFilterCheck size={14} aria-hidden />} onClick={keep}>
        Keep this filter for everybody
      </Button>
    </div>
  );
}

function Copy({ board, draft, onClose }: { board: Board; draft: Draft; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const copy = useMutation({
    mutationFn: (name: string) => addBoard({ ...draft.layout, name }),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: boards.queryKey, exact: true });
      onClose();
      void navigate({ to: "/dashboards/$id", params: { id: made.id } });
    },
  });
  return (
    <>
      <NameDialog title="Duplicate" name={`${board.name} (copy)`} does="Duplicate" busy={copy.isPending} onKeep={(name) => copy.mutate(name)} onClose={onClose} />
      {copy.error && <ProblemView error={copy.error} />}
    </>
  );
}

export function Delete({ board, onClose }: { board: Pick<Board, "id" | "name" | "shared">; onClose: () => void }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const drop = useMutation({
    mutationFn: () => dropBoard(board.id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: boards.queryKey, exact: true });
      onClose();
      void navigate({ to: "/dashboards" });
    },
  });
  return (
    <Modal opened onClose={onClose} title={`Delete ${board.name}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={css.form}>
        <p className={css.stands}>It cannot be brought back.{board.shared !== "nobody" && " Those it is shared with lose it, too."}</p>
        {drop.error && <ProblemView error={drop.error} />}
        <Button color="red" variant="light" loading={drop.isPending} onClick={() => drop.mutate()}>
          Delete it
        </Button>
      </div>
    </Modal>
  );
}
