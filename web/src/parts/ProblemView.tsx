// A problem as the API tells it: what went wrong, where, and how to mend it.

import { Button } from "@mantine/core";
import { IconAlertTriangle, IconDatabase, IconPlugConnectedX } from "@tabler/icons-react";
import { asProblem } from "@/api/problem";
import css from "./States.module.css";

interface Props {
  error: unknown;
  retry?: () => void;
  there?: (engine: string) => void; // asks the same of the warehouse that has the rows
}

export function ProblemView({ error, retry, there }: Props) {
  const problem = asProblem(error);
  const { engine } = problem;
  const Icon = problem.unreachable ? IconPlugConnectedX : engine ? IconDatabase : IconAlertTriangle;
  return (
    <div className={css.state} role="alert" data-kind={engine ? "elsewhere" : "problem"}>
      <Icon size={28} stroke={1.6} aria-hidden />
      <h2>{problem.title}</h2>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.where && (
        <p className={css.where}>
          Where: <code>{problem.where}</code>
        </p>
      )}
      {problem.mend && <p className={css.mend}>{problem.mend}</p>}
      {engine && there ? (
        <Button onClick={() => there(engine)}>Ask {engine}</Button>
      ) : (
        retry && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )
      )}
    </div>
  );
}
