// The targets of a goal: typed beside last year's figures, saved together; what is wrong is told at its row.

import { Button, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Aim, type Goal, goalOf } from "@/api/goals";
import { Leaving } from "@/parts/Leaving";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { readAmount } from "@/pages/targets/amounts";
import { draftKey, unsavedText } from "@/pages/targets/rows";
import { useDrafts } from "@/pages/targets/useDrafts";
import { show } from "@/words/format";
import css from "./Goals.module.css";
import { quarterName } from "./telling";

const NOTHING: ReadonlyMap<string, string> = new Map();

export function Aims({ goal }: { goal: Goal }) {
  const { drafts, faults, put, save, leaving } = useDrafts();
  const queries = useQueryClient();
  const period = goal.targets[0]?.period ?? "";
  const [typed, setTyped] = useState(NOTHING); // as people write it; the drafts hold it as the API reads it
  const write = (aim: Aim, text: string) => {
    const [now, key] = [new Map(drafts), keyOf(aim)];
    if (text.trim()) now.set(key, { kpi: aim.kpi, scope: aim.scope, period: aim.period, text: readAmount(text) });
    else now.delete(key);
    put(now);
    setTyped(new Map(typed).set(key, text));
  };
  const drop = () => {
    put(new Map());
    setTyped(NOTHING);
  };
  const keep = () =>
    save.mutate(undefined, {
      onSuccess: (wrong) => {
        if (wrong.length === 0) setTyped(NOTHING);
        void queries.invalidateQueries({ queryKey: goalOf(goal.goal).queryKey });
      },
    });
  return (
    <Panel
      title={`Targets for ${quarterName(period)}`}
      note="A number, 40%, or +10% on last year. Fill in what you can say today; the others stay open."
      actions={
        <Link to="/targets" className={css.more}>
          All targets
        </Link>
      }
    >
      <div className={css.scroller}>
        <table className={css.aims}>
          <thead>
            <tr>
              <th scope="col">KPI</th>
              <th scope="col">Better is</th>
              <th scope="col" data-number>
                A year before
              </th>
              <th scope="col" data-number>
                Target
              </th>
            </tr>
          </thead>
          <tbody>
            {goal.targets.map((aim) => (
              <Row key={keyOf(aim)} aim={aim} currency={goal.currency} locked={!goal.may_set} typed={typed.get(keyOf(aim))} fault={faults.get(keyOf(aim))} onType={(text) => write(aim, text)} />
            ))}
          </tbody>
        </table>
      </div>
      {!goal.may_set && <p className={css.hint}>Your role looks at targets; managers and analysts set them.</p>}
      {drafts.size > 0 && (
        <div className={css.saving}>
          <b role="status">{unsavedText(drafts)}</b>
          <Button variant="default" onClick={drop}>
            Discard
          </Button>
          <Button loading={save.isPending} onClick={keep}>
            Save
          </Button>
        </div>
      )}
      {save.error && <ProblemView error={save.error} />}
      {leaving && <Leaving what="The targets you typed are not saved." leaving={leaving} />}
    </Panel>
  );
}

const keyOf = (aim: Aim): string => draftKey(aim.kpi, aim.scope, aim.period);

const BETTER: Record<Aim["good"], string> = { up: "more", down: "less", context: "" };

interface RowProps {
  aim: Aim;
  currency: string;
  locked: boolean;
  typed: string | undefined;
  fault: string | undefined;
  onType: (text: string) => void;
}

function Row({ aim, currency, locked, typed, fault, onType }: RowProps) {
  const look = { unit: aim.unit, currency };
  const set = aim.amount === null ? undefined : show(aim.worth, look);
  return (
    <tr>
      <th scope="row">
        <Link to="/targets" search={{ kpi: aim.kpi }}>
          {aim.label}
        </Link>
      </th>
      <td>{BETTER[aim.good]}</td>
      <td data-number>{show(aim.last_year, look)}</td>
      <td data-number>
        {locked ? (set ?? "–") : <TextInput aria-label={`Target of ${aim.label} for ${aim.period}`} placeholder={set ?? "to fill in"} value={typed ?? ""} error={fault} onChange={(event) => onType(event.currentTarget.value)} />}
      </td>
    </tr>
  );
}
