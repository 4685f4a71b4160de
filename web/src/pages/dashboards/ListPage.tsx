// All dashboards one may see, and templates to begin with.

import { ActionIcon, Button, Menu, Skeleton } from "@mantine/core";
import { IconCopy, IconDots, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { addBoard, type BoardLayout, boardOf, boards, type BoardShort, boardTemplates, type Template } from "@/api/boards";
import { session } from "@/api/session";
import { ButtonLink } from "@/parts/ButtonLink";
import { Empty } from "@/parts/Empty";
import { Page, Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { agoText } from "@/words/periods";
import css from "./Board.module.css";
import { Delete } from "./BoardView";
import { NameDialog } from "./NameDialog";

export default function ListPage() {
  const { data: who } = useQuery(session);
  const list = useQuery(boards);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [naming, setNaming] = useState(false);
  const mayEdit = who?.rights.includes("edit_dashboards") ?? false;
  const add = useMutation({
    mutationFn: ({ layout }: { layout: BoardLayout; edit?: boolean }) => addBoard(layout),
    onSuccess: (made, { edit }) => {
      queries.setQueryData(boardOf(made.id).queryKey, made);
      void queries.invalidateQueries({ queryKey: boards.queryKey, exact: true });
      void navigate({ to: "/dashboards/$id", params: { id: made.id }, search: edit ? { edit: "1" } : {} });
    },
  });
  const copy = async (id: string) => {
    const { layout } = await queries.fetchQuery(boardOf(id));
    add.mutate({ layout: { ...layout, name: `${layout.name} (copy)` } });
  };
  const mine = list.data?.filter((one) => one.mine) ?? [];
  const others = list.data?.filter((one) => !one.mine) ?? [];
  return (
    <Page
      title="Dashboards"
      lead="Figures laid out for a purpose, kept and shared"
      actions={
        mayEdit && (
          <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => setNaming(true)}>
            New dashboard
          </Button>
        )
      }
    >
      {add.error && <ProblemView error={add.error} />}
      {list.error && <ProblemView error={list.error} retry={() => void list.refetch()} />}
      <Panel title="Mine">
        {!list.data && !list.error && <Skeleton height={96} />}
        {list.data && mine.length === 0 && (
          <Empty small title="None yet">
            {mayEdit ? "Begin with a template below, or with an empty one." : "Your role looks at dashboards others share."}
          </Empty>
        )}
        <Cards list={mine} onCopy={mayEdit ? (id) => void copy(id) : undefined} />
      </Panel>
      {others.length > 0 && (
        <Panel title="Shared with me">
          <Cards list={others} onCopy={mayEdit ? (id) => void copy(id) : undefined} />
        </Panel>
      )}
      {mayEdit && <Templates busy={add.isPending} onBuild={(layout) => add.mutate({ layout })} />}
      {naming && <NameDialog title="New dashboard" name="" does="Create" busy={add.isPending} onClose={() => setNaming(false)} onKeep={(name) => add.mutate({ layout: { name, narrowing: {}, tiles: [] }, edit: true })} />}
    </Page>
  );
}

const SHARED: Record<BoardShort["shared"], string> = { nobody: "", look: "Shared to look at", change: "Shared to change" };

function Cards({ list, onCopy }: { list: readonly BoardShort[]; onCopy?: (id: string) => void }) {
  const [dropping, setDropping] = useState<BoardShort>();
  const now = new Date();
  return (
    <>
      <ul className={css.cards}>
        {list.map((one) => (
          <li key={one.id} className={`card ${css.card}`}>
            <div className={css.cardHead}>
              <Link to="/dashboards/$id" params={{ id: one.id }}>
                {one.name}
              </Link>
              {onCopy && (
                <Menu position="bottom-end" shadow="md">
                  <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" c="var(--ink-3)" size="sm" aria-label={`Menu of ${one.name}`}>
                      <IconDots size={16} aria-hidden />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item leftSection={<IconCopy size={15} aria-hidden />} onClick={() => onCopy(one.id)}>
                      Duplicate
                    </Menu.Item>
                    {one.may_share && (
                      <Menu.Item color="var(--bad)" leftSection={<IconTrash size={15} aria-hidden />} onClick={() => setDropping(one)}>
                        Delete …
                      </Menu.Item>
                    )}
                  </Menu.Dropdown>
                </Menu>
              )}
            </div>
            <p className={css.quietly}>
              {counted(one.tiles, "tile")} · changed {agoText(one.changed_at, now)}
              {!one.mine && one.owner && ` · by ${one.owner}`}
            </p>
            {SHARED[one.shared] && <span className={css.badge}>{SHARED[one.shared]}</span>}
          </li>
        ))}
      </ul>
      {dropping && <Delete board={dropping} onClose={() => setDropping(undefined)} />}
    </>
  );
}

function Templates({ busy, onBuild }: { busy: boolean; onBuild: (layout: BoardLayout) => void }) {
  const { data, error, refetch } = useQuery(boardTemplates);
  return (
    <Panel
      title="Begin with a template"
      note="By goal, and how often it is read. What your data cannot tell is left out; change the rest as you like."
      actions={
        <ButtonLink to="/goals" variant="default" size="xs">
          Start with a goal
        </ButtonLink>
      }
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={200} />}
      <ul className={css.cards}>
        {data?.map((one) => (
          <li key={one.id} className={`card ${css.card}`}>
            <span className={css.badge}>
              {one.goal} · {one.cadence}
            </span>
            <h3>{one.name}</h3>
            <p>{one.about}</p>
            {one.needs_list && <NeedsList name={one.needs_list} />}
            <Lacking template={one} />
            <div className={css.build}>
              <Button size="xs" variant="default" disabled={busy || one.shows === 0} onClick={() => onBuild(one.layout)}>
                {one.shows ? `Build, ${counted(one.shows, "figure")}` : one.needs_list ? `No list “${one.needs_list}” yet` : "No data for it yet"}
                <span className="unseen">: {one.name}</span>
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NeedsList({ name }: { name: string }) {
  return (
    <p>
      It is about the accounts on a list called “{name}”, and none was ever on one. <Link to="/lists">Make that list</Link> and add accounts, or add a table
      ‘account_list_members’ to a source; then refresh.
    </p>
  );
}

function Lacking({ template }: { template: Template }) {
  if (template.lacking.length === 0) return null;
  const needs = [...new Set(template.lacking.flatMap((one) => one.needs))];
  return (
    <details className={css.quietly}>
      <summary>
        {counted(template.lacking.length, "KPI")} left out: {needs.join(", ").replaceAll("_", " ")} missing
      </summary>
      {template.lacking.map((one) => `${one.label} (needs ${one.needs.join(", ").replaceAll("_", " ")})`).join("; ")}
    </details>
  );
}
