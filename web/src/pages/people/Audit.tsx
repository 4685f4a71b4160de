// The audit log: who did what, when and from where, the newest first.

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { auditLog, type Line, users } from "@/api/people";
import { type Column, DataTable } from "@/parts/DataTable";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { deed, detailOf, moment } from "./words";

export function Audit() {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(auditLog);
  const { data: people = [] } = useQuery(users);
  const names = new Map(people.map((user) => [user.id, user.name]));
  const lines = data?.pages.flatMap((page) => page.lines) ?? [];
  const columns: Column<Line>[] = [
    { key: "at", title: "When", cell: (line) => moment(line.at) },
    { key: "who", title: "Who", cell: (line) => line.who ?? "–" },
    { key: "from", title: "From", cell: (line) => line.address },
    { key: "did", title: "Did", cell: (line) => deed(line.action) },
    { key: "what", title: "What", cell: (line) => <span title={detailOf(line, names)}>{detailOf(line, names) || "–"}</span> },
  ];
  return (
    <Panel
      title="Audit log"
      note="Lines are added and never changed."
      actions={
        hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show older
          </Button>
        )
      }
    >
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} radius="md" />}
      {data && <DataTable label="Audit log" columns={columns} count={lines.length} row={(index) => lines[index]} rowKey={(line) => String(line.number)} />}
    </Panel>
  );
}
