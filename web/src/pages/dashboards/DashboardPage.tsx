// One dashboard: looked at, changed, shared, or on a wall.

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Skeleton } from "@mantine/core";
import { boardOf } from "@/api/boards";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { BoardView } from "./BoardView";
import type { BoardSearch } from "./search";
import { Wall } from "./Wall";

export default function DashboardPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const search = useSearch({ strict: false }) as BoardSearch;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(boardOf(id));
  const put = (change: Partial<BoardSearch>, replace = true) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, ...change }), replace, resetScroll: false });
  if (search.wall) return <Wall id={id} search={search} onLeave={() => put({ wall: undefined, every: undefined, next: undefined })} />;
  if (data && data.id === id) return <BoardView key={id} board={data} search={search} put={put} />;
  return (
    <Page title="Dashboard" lead={"\u00a0"}>
      {error ? <ProblemView error={error} retry={() => void refetch()} /> : <Skeleton height={480} radius="lg" />}
    </Page>
  );
}
