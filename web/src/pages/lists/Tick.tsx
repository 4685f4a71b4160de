// A row's account with a tick before it: a button that is a check box, so that arrow keys reach it in a table.

import { Checkbox } from "@mantine/core";
import { AccountLink } from "@/parts/AccountLink";
import css from "./Lists.module.css";
import type { Selection } from "./selection";

interface Props {
  id: string;
  name: string | null;
  selection?: Selection; // nobody to choose: only the name
}

export function Tick({ id, name, selection }: Props) {
  const chosen = selection?.has(id) ?? false;
  return (
    <span className={css.tick}>
      {selection && (
        <button type="button" role="checkbox" aria-checked={chosen} aria-label={`Choose ${name ?? id}`} onClick={(event) => selection.toggle(id, event.shiftKey)}>
          <Checkbox.Indicator size="xs" checked={chosen} />
        </button>
      )}
      <AccountLink id={id} name={name} />
    </span>
  );
}
