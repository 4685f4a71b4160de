// Where to begin: a business goal, and whether the data is there for the few KPIs that serve it.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { goals, type GoalShort } from "@/api/goals";
import { Page } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import css from "./Goals.module.css";
import { knownText, knownTone, REVIEWS } from "./telling";

const EXPECTED = 8;

export default function GoalsPage() {
  const { data, error, refetch } = useQuery(goals);
  return (
    <Page title="Goals" lead="What do you want to get better? A few KPIs that serve one goal do more than many that serve none.">
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      <ul className={css.goals}>
        {data?.map((one) => <Card key={one.goal} goal={one} />)}
        {!data && !error && Array.from({ length: EXPECTED }, (_, at) => <Skeleton key={at} height={132} radius="lg" />)}
      </ul>
    </Page>
  );
}

function Card({ goal }: { goal: GoalShort }) {
  return (
    <li className={`card ${css.goal}`}>
      <h2>
        <Link to="/goals/$goal" params={{ goal: goal.goal }}>
          {goal.label}
        </Link>
      </h2>
      <p>{goal.asks}</p>
      <div className={css.tags}>
        <Tag tone={knownTone(goal)}>{knownText(goal)}</Tag>
        {goal.dashboard && <Tag tone="good">Started</Tag>}
        {goal.own && <Tag>Your own</Tag>}
        <span>{REVIEWS[goal.review]}</span>
      </div>
    </li>
  );
}
