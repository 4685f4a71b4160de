// A KPI by formula: made of what the catalog holds, computed while it is typed, kept in the workspace's catalog.

import { Button, Skeleton, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { changeKpi, compose, definitionsChanged, type Draft, draftOf, measures, previewOf, type Use, usesOf } from "@/api/composing";
import { session } from "@/api/session";
import { Empty } from "@/parts/Empty";
import { Page, Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Uses } from "@/parts/Uses";
import { without } from "@/words/search";
import css from "./Compose.module.css";
import { type ComposeSearch, EMPTY, inserted, missing, nameOf, namedIn, readTakes, takenBy } from "./composing";
import { Faults } from "./Faults";
import { Fields } from "./Fields";
import { Options } from "./Options";
import { Outcome } from "./Outcome";
import { Takes } from "./Takes";

const TYPED_MS = 250;

export default function ComposePage() {
  const { name } = useParams({ strict: false }) as { name?: string };
  const search = useSearch({ strict: false }) as ComposeSearch;
  const { data: here } = useQuery(session);
  const { data, error } = useQuery({ ...draftOf(name ?? ""), enabled: name !== undefined });
  const title = name ? "Change a KPI" : "New KPI by formula";
  if (!here) return null;
  if (!here.rights.includes("define_kpis"))
    return (
      <Page title={title}>
        <Empty title="Your role does not define KPIs">Analysts and admins do. Ask one of them, or an admin for that role.</Empty>
      </Page>
    );
  if (error)
    return (
      <Page title={title}>
        <ProblemView error={error} />
      </Page>
    );
  const begun = name ? data?.draft : { ...EMPTY, ...without({ formula: search.formula, label: search.label, unit: search.unit }), name: nameOf(search.label ?? ""), takes: readTakes(search.takes) };
  return (
    <Page title={title} lead={name ? <code>{name}</code> : "Made of KPIs and measures of the catalog, computed while you type."}>
      {begun ? <Form key={name ?? ""} begun={begun as Draft} version={name ? data?.version : undefined} /> : <Skeleton height={640} radius="lg" />}
    </Page>
  );
}

function Form({ begun, version }: { begun: Draft; version: string | undefined }) {
  const [draft, setDraft] = useState<Draft>(begun);
  const [asked] = useDebouncedValue(draft, TYPED_MS);
  const box = useRef<HTMLTextAreaElement>(null);
  const navigate = useNavigate();
  const replacing = version !== undefined;
  const { data: known } = useQuery(measures);
  const { name, family, unit, good, formula } = asked;
  const takes = takenBy(asked.takes ?? {}, namedIn(formula, known?.kpis ?? []));
  const words = Object.keys(takes).length ? JSON.stringify(takes) : undefined;
  const preview = useQuery({ ...previewOf({ name, family, unit, good, formula, takes, replacing: replacing ? begun.name : null, scope: "all" }), enabled: formula.trim() !== "" && known !== undefined });
  const told = formula.trim() ? preview.data : undefined;
  const pending = asked !== draft || preview.isPlaceholderData || preview.isPending;
  const faults = told?.faults ?? [];
  const keep = useMutation({
    mutationFn: () => (replacing ? changeKpi(begun.name, { ...draft, takes }, version) : compose({ ...draft, takes })),
    onSuccess: async () => {
      await definitionsChanged();
      await navigate({ to: "/catalog/$name", params: { name: draft.name } });
    },
  });
  useEffect(() => {
    if (!replacing)
      void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, formula: asked.formula || undefined, label: asked.label || undefined, unit: asked.unit, takes: words }), replace: true, resetScroll: false });
  }, [asked.formula, asked.label, asked.unit, words, navigate, replacing]);
  const change = (part: Partial<Draft>) =>
    setDraft((now) => ({ ...now, ...part, ...(!replacing && part.label !== undefined && now.name === nameOf(now.label) ? { name: nameOf(part.label) } : {}) }));
  const take = (word: string) => {
    const at = box.current;
    const put = inserted(draft.formula, word, at?.selectionStart ?? draft.formula.length, at?.selectionEnd ?? draft.formula.length);
    change({ formula: put.formula });
    requestAnimationFrame(() => {
      at?.focus();
      at?.setSelectionRange(put.cursor, put.cursor);
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate();
  };
  const lacking = missing(draft);
  const renamed = replacing && draft.name !== begun.name;
  const { data: used } = useQuery({ ...usesOf(begun.name), enabled: renamed });
  const holding = renamed && (used?.uses.length ?? 0) > 0;
  return (
    <form className={css.columns} onSubmit={submit}>
      <div className={css.stack}>
        <Panel title="Formula" note="+ - * / ( ), comparisons, min max abs coalesce if power sqrt. By nothing is unknown, not 0.">
          <Textarea ref={box} className={css.formula} aria-label="Formula" placeholder="sales_revenue / engaged_accounts.engaged" autosize minRows={2} maxLength={2000} spellCheck={false} autoFocus={!replacing} value={draft.formula} onChange={(event) => change({ formula: event.currentTarget.value })} />
          <Faults formula={formula} faults={faults.filter((one) => !["name", "unit"].includes(one.field))} pending={pending} onMend={(text) => change({ formula: text })} />
          {preview.error && <ProblemView error={preview.error} retry={() => void preview.refetch()} />}
        </Panel>
        <Options kpis={namedIn(draft.formula, known?.kpis ?? [])} takes={draft.takes ?? {}} onChange={(takes) => change({ takes })} />
        <Outcome told={told} good={draft.good} fading={pending && told !== undefined} />
        <Panel title="What it is called and tells">
          <Fields draft={draft} faults={faults} onChange={change} />
          {renamed && used && <Renamed before={begun.name} uses={used.uses} />}
        </Panel>
        {keep.error && <ProblemView error={keep.error} />}
        <div className={css.save}>
          <Button type="submit" loading={keep.isPending} disabled={lacking.length > 0 || pending || faults.length > 0 || holding}>
            {replacing ? "Save the change" : "Save to the catalog"}
          </Button>
          <span className="quiet">{lacking.length > 0 ? `Missing: ${lacking.join(", ")}.` : faults.length > 0 || holding ? "Mend what is told above first." : "A file of the workspace; asked at once, by everybody."}</span>
        </div>
      </div>
      <Takes onTake={take} />
    </form>
  );
}

function Renamed({ before, uses }: { before: string; uses: readonly Use[] }) {
  if (uses.length > 0) return <Uses title={`It is asked as ${before}, so it keeps that name. The label can be changed anyway; or take it from these first:`} uses={uses} />;
  return <p className="quiet">Nothing kept here asks it as {before}. Its notes and benchmarks come along; links to it from elsewhere end.</p>;
}
