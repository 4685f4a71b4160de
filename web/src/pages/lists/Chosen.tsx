// What can be done with the rows that are chosen; always there, so that nothing moves when the first one is.

import { Button, Checkbox } from "@mantine/core";
import type { ReactNode } from "react";
import { showCount } from "@/words/format";
import css from "./Lists.module.css";
import type { Selection } from "./selection";

export interface Action {
  label: string;
  icon: ReactNode;
  does: () => void;
}

export function Chosen({ selection, shown, actions }: { selection: Selection; shown: number; actions: readonly Action[] }) {
  const count = selection.ids.length;
  return (
    <div className={css.chosen} role="group" aria-label="What to do with the chosen accounts">
      <Checkbox size="xs" label={`All ${showCount(shown)} shown`} checked={selection.all} indeterminate={count > 0 && !selection.all} disabled={shown === 0} onChange={selection.toggleAll} />
      <span className={`quiet numbers ${css.count}`} role="status">
        {count ? `${showCount(count)} chosen` : "None chosen"}
      </span>
      {actions.map((action) => (
        <Button key={action.label} size="xs" variant="default" leftSection={action.icon} disabled={count === 0} onClick={action.does}>
          {action.label}
        </Button>
      ))}
    </div>
  );
}
