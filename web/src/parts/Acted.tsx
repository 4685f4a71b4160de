// What was just done with an alert, and a way back; or why it could not be done.

import { Button } from "@mantine/core";
import css from "./Acted.module.css";
import type { Acting } from "./AlertActs";
import { ProblemView } from "./ProblemView";

export function Acted({ acting }: { acting: Acting }) {
  const { error, isSuccess, variables } = acting;
  const { back } = variables ?? {};
  return (
    <>
      <div role="status" className={css.told}>
        {isSuccess && variables && (
          <p className={css.acted}>
            {variables.told}
            {back && (
              <Button size="compact-xs" variant="subtle" onClick={() => acting.mutate({ told: "Taken back.", run: back })}>
                Undo
              </Button>
            )}
          </p>
        )}
      </div>
      {error && <ProblemView error={error} />}
    </>
  );
}
