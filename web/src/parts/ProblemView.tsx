// A problem as the API tells it: what went wrong, where, and how to mend it.

import { Button } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";
import css from "./States.module.css";

export function ProblemView({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = asProblem(error);
  const Icon = problem.unreachable ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div className={css.state} role="alert" data-kind="problem">
      <Icon size={28} stroke={1.6} aria-hidden />
      <h2>{problem.title}</h2>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.where && (
        <p className={css.where}>
          Where: <code>{problem.where}</code>
        </p>
      )}
      {problem.mend && <p className={css.mend}>{problem.mend}</p>}
      {retry && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}
