// One goal: what moves first and what comes of it, what is missing; and a start with it.

import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { goalOf, goals, startGoal } from "@/api/goals";
import { boards } from "@/api/boards";
import { Around } from "@/parts/Door";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { periodLabel } from "@/words/periods";
import { Aims } from "./Aims";
import { Begun } from "./Begun";
import css from "./Goals.module.css";
import { Half } from "./Half";
import { MissingData } from "./MissingData";
import { missingOf } from "./telling";
import { useFigures } from "./useFigures";

const STARTS = "A start makes a dashboard of these KPIs, targets to fill in with last year's figures beside them, and keeps a first review: where you began.";
const NOTHING = "None of these KPIs can be computed yet. Begin with what is missing below.";

export default function GoalPage() {
  const { goal } = useParams({ strict: false }) as { goal: string };
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(goalOf(goal));
  const start = useMutation({
    mutationFn: () => startGoal(goal),
    onSuccess: (made) => {
      queries.setQueryData(goalOf(goal).queryKey, made);
      for (const { queryKey } of [goals, boards]) void queries.invalidateQueries({ queryKey, exact: true });
    },
  });
  const figures = useFigures(data);
  return (
    <Page
      title={data?.label ?? "Goal"}
      lead={data ? `${data.asks} Figures of ${periodLabel(data.period).toLowerCase()}, compared with the period before.` : "\u00a0"}
      actions={
        data?.may_start && !data.dashboard ? (
          <Button loading={start.isPending} disabled={data.known === 0} onClick={() => start.mutate()}>
            Start with this goal
          </Button>
        ) : undefined
      }
    >
      {start.error && <ProblemView error={start.error} />}
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Skeleton height={560} radius="lg" />
      ) : (
        <Around value={{ scope: "all", period: data.period }}>
          {data.dashboard && <Begun goal={data} board={data.dashboard} />}
          {!data.dashboard && data.may_start && <p className={css.hint}>{data.known ? STARTS : NOTHING}</p>}
          <div className={css.halves}>
            <Half role="leading" serving={data.serving} figures={figures} />
            <Half role="lagging" serving={data.serving} figures={figures} />
          </div>
          <MissingData missing={missingOf(data.serving)} />
          {data.dashboard && data.targets.length > 0 && <Aims goal={data} />}
        </Around>
      )}
    </Page>
  );
}
