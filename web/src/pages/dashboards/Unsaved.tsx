// What to do with changes that are not saved: when somebody else was quicker, when they are refused.

import { Button, Group } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { addBoard, type Board, boardOf } from "@/api/boards";
import { asProblem } from "@/api/problem";
import { ProblemView } from "@/parts/ProblemView";
import css from "./Board.module.css";
import type { Draft } from "./useDraft";

export function NotSaved({ board, draft }: { board: Board; draft: Draft }) {
  if (!draft.error) return null;
  return asProblem(draft.error).status === 409 ? <Overtaken board={board} draft={draft} /> : <ProblemView error={draft.error} />;
}

/** Somebody else saved meanwhile: nothing of either is lost unless one says so. */
function Overtaken({ board, draft }: { board: Board; draft: Draft }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const theirs = () => {
    draft.discard();
    void queries.invalidateQueries({ queryKey: boardOf(board.id).queryKey });
  };
  const over = useMutation({
    mutationFn: async () => draft.save((await queries.fetchQuery(boardOf(board.id))).version),
  });
  const apart = useMutation({
    mutationFn: () => addBoard({ ...draft.layout, name: `${draft.layout.name} (mine)` }),
    onSuccess: (made) => {
      draft.discard();
      window.setTimeout(() => void navigate({ to: "/dashboards/$id", params: { id: made.id } }));
    },
  });
  return (
    <div className={css.notice} role="alert">
      <p>
        <b>Somebody saved this dashboard while you were changing it.</b> Your changes are still here and are not saved.
      </p>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={theirs}>
          Show theirs, drop mine
        </Button>
        <Button size="xs" variant="default" loading={apart.isPending} onClick={() => apart.mutate()}>
          Keep mine as a copy
        </Button>
        <Button size="xs" variant="default" loading={over.isPending} onClick={() => over.mutate()}>
          Save mine over theirs
        </Button>
      </Group>
    </div>
  );
}
