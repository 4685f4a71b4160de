// The target of the cell that is chosen: what it amounts to, how it runs, its parts, who set it when, and what can be done.

import { Button, Skeleton } from "@mantine/core";
import { IconSitemap, IconSum } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { gatherTarget, historyOf, type Over, partsOf, type Target, TARGETS } from "@/api/targets";
import { FactList } from "@/parts/Interval";
import { Panel } from "@/parts/Page";
import { PaceFacts, Pacing } from "@/parts/Pacing";
import { ProblemView } from "@/parts/ProblemView";
import { show } from "@/words/format";
import { momentText, periodName } from "@/words/periods";
import { Cascade } from "./Cascade";
import type { Line } from "./rows";
import type { MemberKind } from "./search";
import type { Span } from "./spans";
import css from "./Targets.module.css";

interface Props {
  line: Line;
  span: Span;
  target: Target | undefined;
  kind: MemberKind; // whose rows the sheet shows
  currency: string;
  unit: string;
  locked: boolean;
  unsaved: boolean; // what is shown here is what is saved
}

export function Detail({ line, span, target, kind, currency, unit, locked, unsaved }: Props) {
  const [splitting, setSplitting] = useState(false);
  const title = `${line.title}, ${periodName({ ...span, partial: false })}`;
  return (
    <div className={css.detail}>
      <Panel title={title} note={target ? undefined : "No target yet."}>
        {target && (
          <>
            <Pacing target={target} currency={currency} />
            <div className={css.facts}>
              <PaceFacts target={target} currency={currency} />
            </div>
            {target.scope.kind === "company" && <Parts target={target} over={kind} look={{ unit, currency }} locked={locked} />}
            {!locked && (
              <Button variant="default" size="xs" leftSection={<IconSitemap size={14} aria-hidden />} disabled={unsaved} title={unsaved ? "Save what you typed first" : undefined} onClick={() => setSplitting(true)}>
                Split …
              </Button>
            )}
            <Versions target={target} unit={unit} currency={currency} />
            {splitting && <Cascade target={target} title={title} usual={target.scope.kind === "company" ? kind : undefined} currency={currency} onClose={() => setSplitting(false)} />}
          </>
        )}
      </Panel>
    </div>
  );
}

/** What stands beneath a target by now, and what is left of it. */
function Parts({ target, over, look, locked }: { target: Target; over: Over; look: { unit: string; currency: string }; locked: boolean }) {
  const queries = useQueryClient();
  const { data } = useQuery(partsOf(target.id, over));
  const gather = useMutation({ mutationFn: () => gatherTarget(target.id, over), onSettled: () => queries.invalidateQueries({ queryKey: [TARGETS] }) });
  const given = data?.parts.filter((part) => part.before !== null).length ?? 0;
  if (!data?.adds_up || given === 0) return null;
  return (
    <div className={css.parts}>
      <h3>
        {given} of {data.parts.length} {over}s have a part
      </h3>
      <FactList
        facts={[
          ["Given", show(data.given, look)],
          ["Remainder", show(data.remainder, look)],
        ]}
      />
      {!locked && data.remainder !== 0 && (
        <Button variant="subtle" size="xs" leftSection={<IconSum size={14} aria-hidden />} loading={gather.isPending} onClick={() => gather.mutate()}>
          Set to their sum
        </Button>
      )}
      {gather.error && <ProblemView error={gather.error} />}
    </div>
  );
}

function Versions({ target, unit, currency }: { target: Target; unit: string; currency: string }) {
  const { data, error, refetch } = useQuery(historyOf(target.id));
  return (
    <div className={css.parts}>
      <h3>History</h3>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={40} />}
      <ol className={css.versions}>
        {[...(data?.versions ?? [])].reverse().map((one) => (
          <li key={one.version}>
            <b className="numbers">{one.amount.kind === "retired" ? "taken away" : one.amount.value === null ? one.amount.text : show(one.amount.value, { unit, currency })}</b>
            <span className="quiet">
              {momentText(one.since)}
              {one.author && ` · ${one.author}`}
              {one.parent && " · by a split"}
              {one.note && ` · ${one.note}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
