// KPIs that an address or a view names and the catalog has no more: said plainly, the rest is shown.

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { catalog } from "@/api/queries";
import { parted } from "@/words/cards";
import css from "./Gone.module.css";

/** Those there are, and those there are not; all of them where none is left, for the error to say what is meant. */
export function useParted(asked: readonly string[]): { there: readonly string[]; gone: readonly string[] } {
  const { data } = useQuery(catalog);
  return data ? parted(asked, data.kpis) : { there: asked, gone: [] };
}

export function Gone({ names, onLeave }: { names: readonly string[]; onLeave: () => void }) {
  if (names.length === 0) return null;
  const several = names.length > 1;
  return (
    <p role="status" className={css.gone}>
      <span>
        <code>{names.join(", ")}</code> {several ? "are" : "is"} not in the catalog any more: removed, or called something else now. The rest is shown.
      </span>
      <Button size="compact-xs" variant="default" onClick={onLeave}>
        Leave {several ? "them" : "it"} out
      </Button>
    </p>
  );
}
