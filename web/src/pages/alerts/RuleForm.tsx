// A rule written or changed: beside it what it would do now, and how often it would have been right.

import { Button, Checkbox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { ALERTS, keepRule, previewOf, type Rules } from "@/api/alerts";
import { asProblem } from "@/api/problem";
import { Leaving } from "@/parts/Leaving";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { useThere } from "@/parts/There";
import css from "./Alerts.module.css";
import type { Put } from "./AlertsPage";
import { BackTest } from "./BackTest";
import { Foreseen } from "./Foreseen";
import { ThenFields, WhomFields } from "./RestFields";
import { type Draft, faultsOf, missing, nameOf, ruleOf } from "./rules";
import type { AlertsSearch } from "./search";
import { WhenFields } from "./WhenFields";

const TYPED_MS = 400;
const UNNAMED = "A rule";

interface Props {
  begun: Draft;
  id: string | undefined; // the rule that is changed; nothing: a new one
  offered: string | undefined; // the offer it begins with, whose name it takes
  told: Rules;
  currency: string;
  put: Put;
}

export function RuleForm({ begun, id, offered, told, currency, put }: Props) {
  const [draft, setDraft] = useState(begun);
  const kept = told.rules.find((one) => one.id === id);
  const [on, setOn] = useState(kept?.on ?? false);
  const [version] = useState(kept?.version ?? null); // as it was when it was opened
  const [asked] = useDebouncedValue(draft, TYPED_MS);
  const [looking, setLooking] = useState(false);
  const ready = missing(asked).length === 0;
  const rule = ruleOf(asked, UNNAMED);
  const there = useThere(rule);
  const preview = useQuery({ ...previewOf(rule, there.on), enabled: ready });
  const elsewhere = ready && preview.error ? asProblem(preview.error) : undefined;
  const faults = faultsOf(ready && !elsewhere?.engine ? preview.error : undefined);
  const { keep, leaving } = useKeeping({ draft, begun, on, version, id: id ?? offered ?? nameOf(draft.label, told.rules.map((one) => one.id)), put });
  const lacking = [...(draft.label.trim() ? [] : ["what it is called"]), ...missing(draft)];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate();
  };
  return (
    <form className={css.split} onSubmit={submit} noValidate aria-label={id ? `Change ${begun.label}` : "New rule"}>
      <div className={css.stack}>
        <Panel title="When it fires">
          <WhenFields draft={draft} roles={told.roles} faults={faults} currency={currency} onChange={setDraft} />
        </Panel>
        <Panel title="Of whom">
          <WhomFields draft={draft} faults={faults} onChange={setDraft} />
        </Panel>
        <Panel title="What then">
          <ThenFields draft={draft} faults={faults} outcomes={told.outcomes} onChange={setDraft} />
        </Panel>
        {keep.error && <ProblemView error={keep.error} />}
        <div className={css.save}>
          <Checkbox label="Switched on" checked={on} onChange={(event) => setOn(event.currentTarget.checked)} />
          <span className="quiet">{lacking.length > 0 ? `Missing: ${lacking.join(", ")}.` : faults.size > 0 && "It cannot be computed as it stands; kept so, it is off."}</span>
          <Button variant="default" onClick={() => put({ edit: undefined, offer: undefined })}>
            Cancel
          </Button>
          <Button type="submit" loading={keep.isPending} disabled={lacking.length > 0}>
            {id ? "Save the change" : "Save the rule"}
          </Button>
        </div>
      </div>
      <div className={css.beside}>
        <Foreseen ready={ready} told={preview.data} fault={faults.get("rule")} faulty={faults.size > 0} elsewhere={elsewhere?.engine} there={there} />
        <Panel title="The last year" note="How often it would have fired, and how often it would have been right.">
          {looking && ready ? (
            <BackTest rule={rule} />
          ) : (
            <Button variant="default" disabled={!ready} onClick={() => setLooking(true)}>
              Look back
            </Button>
          )}
        </Panel>
      </div>
      {leaving && <Leaving what="The rule you wrote is not saved." leaving={leaving} />}
    </form>
  );
}

/** Keeps the rule, and asks before what is written is lost. */
function useKeeping({ draft, begun, on, version, id, put }: { draft: Draft; begun: Draft; on: boolean; version: string | null; id: string; put: Put }) {
  const queries = useQueryClient();
  const done = useRef(false);
  const keep = useMutation({
    mutationFn: () => keepRule(id, ruleOf(draft), on, version),
    onError: () => void queries.invalidateQueries({ queryKey: [ALERTS] }), // of who was first: its name is taken
    onSuccess: () => {
      done.current = true;
      void queries.invalidateQueries({ queryKey: [ALERTS] });
      put({ edit: undefined, offer: undefined, rule: id });
    },
  });
  const isChanged = () => !done.current && JSON.stringify(draft) !== JSON.stringify(begun);
  const editOf = (search: unknown) => (search as AlertsSearch).edit;
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isChanged() && (current.pathname !== next.pathname || editOf(current.search) !== editOf(next.search)),
    enableBeforeUnload: isChanged,
    withResolver: true,
  });
  return { keep, leaving: blocker.status === "blocked" ? { stay: blocker.reset, go: blocker.proceed } : undefined };
}
