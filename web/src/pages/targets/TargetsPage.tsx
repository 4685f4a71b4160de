// Targets as a sheet: by whom and when, typed and pasted like in a spreadsheet, saved together; beside each row how it runs.

import { Button, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight, IconDownload, IconSearch, IconUpload } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { catalog, fileOf, type KpiShort } from "@/api/queries";
import { type Target, type TargetScopes, targetScopes, targetsOf } from "@/api/targets";
import { Leaving } from "@/parts/Leaving";
import { Page } from "@/parts/Page";
import { Pacing } from "@/parts/Pacing";
import { ProblemView } from "@/parts/ProblemView";
import { counted } from "@/words/format";
import { lacking } from "@/words/lacking";
import { download } from "@/words/listing";
import { periodName } from "@/words/periods";
import { plainKpi, without } from "@/words/search";
import { readAmount } from "./amounts";
import { Detail } from "./Detail";
import { ImportTargets } from "./ImportTargets";
import { cellOf, draftKey, linesOf, targetAt, unsavedText, withDraft } from "./rows";
import { KINDS, type MemberKind, type SpanKind, SPANS, type TargetsSearch } from "./search";
import type { Chosen, Written } from "./sheet";
import { Sheet } from "./Sheet";
import { shownOf, spansOf, yearOf } from "./spans";
import css from "./Targets.module.css";
import { useDrafts } from "./useDrafts";

const SHOWN = 200;
const KIND_WORDS: Record<MemberKind, string> = { owner: "Owners", team: "Teams", tier: "Tiers", segment: "Segments", account: "Accounts" };
const SPAN_WORDS: Record<SpanKind, string> = { month: "Months", quarter: "Quarters", year: "Year" };
const CORNER: Chosen = { from: { row: 0, column: 0 }, to: { row: 0, column: 0 } };

type Put = (change: Partial<TargetsSearch>) => void;

export default function TargetsPage() {
  const search = useSearch({ strict: false }) as TargetsSearch;
  const navigate = useNavigate();
  const kind = search.of ?? "owner";
  const { data: all } = useQuery(catalog);
  const set = useQuery(targetsOf({ pace: false }));
  const scopes = useQuery({ ...targetScopes(kind, search.find ?? "", SHOWN), placeholderData: keepPreviousData });
  const put: Put = (change) => void navigate({ to: ".", search: (now: Record<string, unknown>) => without({ ...now, ...change }), resetScroll: false });
  const [importing, setImporting] = useState(false);
  const csv = useMutation({ mutationFn: () => fileOf("/targets", {}), onSuccess: (file) => download("targets.csv", file) });
  const kpi = search.kpi ?? set.data?.targets[0]?.kpi ?? all?.cards[0] ?? "";
  const may = set.data?.may_set ?? false;
  const error = set.error ?? scopes.error;
  return (
    <Page
      title="Targets"
      lead={set.data ? `${counted(set.data.targets.length, "target")} in force` : "\u00a0"}
      actions={
        <>
          {may && (
            <Button variant="default" leftSection={<IconUpload size={15} aria-hidden />} onClick={() => setImporting(true)}>
              Import
            </Button>
          )}
          <Button variant="default" leftSection={<IconDownload size={15} aria-hidden />} loading={csv.isPending} disabled={!set.data?.targets.length} onClick={() => csv.mutate()}>
            CSV
          </Button>
        </>
      }
    >
      {csv.error && <ProblemView error={csv.error} />}
      {error && <ProblemView error={error} retry={() => void Promise.all([set.refetch(), scopes.refetch()])} />}
      {scopes.data && set.data && all && (
        <Year key={kpi} kpi={kpi} kind={kind} kpis={all.kpis} set={set.data.targets} scopes={scopes.data} search={search} put={put} currency={set.data.currency} />
      )}
      {importing && <ImportTargets onClose={() => setImporting(false)} />}
    </Page>
  );
}

interface YearProps {
  kpi: string;
  kind: MemberKind;
  kpis: readonly KpiShort[];
  set: readonly Target[];
  scopes: TargetScopes;
  search: TargetsSearch;
  put: Put;
  currency: string;
}

function Year({ kpi, kind, kpis, set, scopes, search, put, currency }: YearProps) {
  const [chosen, setChosen] = useState<Chosen>(CORNER);
  const { drafts, faults, put: draft, save, leaving } = useDrafts();
  const span = search.span ?? "quarter";
  const year = search.year ?? yearOf(scopes.today, scopes.fiscal_year_starts);
  const spans = spansOf(span, year, scopes.fiscal_year_starts);
  const whole = spans.at(-1)?.label ?? String(year);
  const told = useQuery(targetsOf({ kpi, period: whole }));
  const targets = told.data?.targets ?? set.filter((one) => one.kpi === kpi);
  const lines = linesOf(scopes.kinds, scopes.scopes, targets, kind);
  const known = kpis.find((one) => one.name === plainKpi(kpi));
  const look = { unit: known?.unit ?? "count", currency };
  const locked = !scopes.may_set;
  const at = { row: Math.min(chosen.to.row, lines.length - 1), column: Math.min(chosen.to.column, spans.length - 1) };
  const here = lines[at.row] && spans[at.column] ? targetAt(targets, lines[at.row]!, spans[at.column]!) : undefined;
  const write = (cells: readonly Written[]) =>
    draft(
      cells.reduce((now, { row, column, text }) => {
        const [line, period] = [lines[row], spans[column]];
        return line && period ? withDraft(now, { kpi, scope: line.scope, period: period.label, text: readAmount(text) }, targetAt(targets, line, period)) : now;
      }, drafts),
    );
  const wrong = [...new Set(faults.values())];
  return (
    <>
      <div className={css.bar} role="group" aria-label="What the sheet shows">
        <Choice kpi={kpi} kpis={kpis} set={set} onChoose={(name) => put({ kpi: name })} />
        <Select aria-label="Whose" w={130} allowDeselect={false} data={KINDS.filter((one) => scopes.kinds.includes(one)).map((one) => ({ value: one, label: KIND_WORDS[one] }))} value={kind} onChange={(of) => put({ of: (of ?? undefined) as MemberKind | undefined, find: undefined })} />
        <SegmentedControl aria-label="Periods" value={span} onChange={(to) => put({ span: to as SpanKind })} data={SPANS.map((one) => ({ value: one, label: SPAN_WORDS[one] }))} />
        <span className={css.year}>
          <Button variant="default" px={8} aria-label="The year before" onClick={() => put({ year: year - 1 })}>
            <IconChevronLeft size={15} aria-hidden />
          </Button>
          <b aria-live="polite">{whole}</b>
          <Button variant="default" px={8} aria-label="The year after" onClick={() => put({ year: year + 1 })}>
            <IconChevronRight size={15} aria-hidden />
          </Button>
        </span>
        <Find key={kind} value={search.find ?? ""} label={KIND_WORDS[kind].toLowerCase()} onFind={(find) => put({ find: find || undefined })} />
      </div>
      {told.error && <ProblemView error={told.error} retry={() => void told.refetch()} />}
      {known && known.lacks.length > 0 && (
        <p className={css.hint}>
          {known.label} is not known here, so its targets cannot be held against anything. <Link to="/catalog/$name" params={{ name: known.name }}>It needs {lacking(known.lacks)}</Link>.
        </p>
      )}
      <div className={css.split} data-fading={told.isPlaceholderData || undefined}>
        <div className={css.left}>
          <Sheet
            label={`Targets for ${known?.label ?? kpi} in ${whole}`}
            corner={known?.label ?? kpi}
            rows={lines}
            columns={spans.map((one) => ({ key: one.label, title: periodName({ ...one, partial: false }) }))}
            cell={({ row, column }) => {
              const [line, period] = [lines[row]!, spans[column]!];
              const key = draftKey(kpi, line.scope, period.label);
              return cellOf(targetAt(targets, line, period), drafts.get(key), faults.get(key), `${line.title}, ${period.label}`, look);
            }}
            chosen={{ from: chosen.from, to: at }}
            locked={locked}
            onChoose={setChosen}
            onWrite={write}
            last={{ title: "Pace", cell: (row) => <Pace targets={targets.filter((one) => targetAt([one], lines[row]!, one.period))} currency={currency} /> }}
          />
          <p className={css.hint}>
            {scopes.total > SHOWN && `The first ${SHOWN} of ${scopes.total} are shown: find others by name. `}
            {locked ? "You may look at these targets, not change them." : "Type a number, 40%, +10% on the year before, or = mrr * 1.1; paste from a spreadsheet; Delete takes a target away."}
          </p>
          {(drafts.size > 0 || save.error || wrong.length > 0) && (
            <div className={css.saving}>
              <b role="status">{drafts.size > 0 && unsavedText(drafts)}</b>
              <Button variant="default" onClick={() => draft(new Map())}>
                Discard
              </Button>
              <Button loading={save.isPending} disabled={drafts.size === 0} onClick={() => save.mutate()}>
                Save
              </Button>
              {wrong.map((words) => (
                <p key={words} role="alert">
                  {words}
                </p>
              ))}
              {save.error && <ProblemView error={save.error} />}
            </div>
          )}
        </div>
        {lines[at.row] && spans[at.column] && <Detail key={`${lines[at.row]!.key} ${spans[at.column]!.label}`} line={lines[at.row]!} span={spans[at.column]!} target={here} kind={kind} currency={currency} unit={look.unit} locked={locked} unsaved={drafts.size > 0} />}
      </div>
      {leaving && <Leaving what="The targets you typed are not saved." leaving={leaving} />}
    </>
  );
}

function Pace({ targets, currency }: { targets: readonly Target[]; currency: string }) {
  const shown = shownOf(targets);
  if (!shown) return null;
  return (
    <span className={css.pace}>
      <small>{periodName({ ...shown.period, partial: false })}</small>
      <Pacing target={shown} currency={currency} shape="lean" />
    </span>
  );
}

function Choice({ kpi, kpis, set, onChoose }: { kpi: string; kpis: readonly KpiShort[]; set: readonly Target[]; onChoose: (name: string) => void }) {
  const mine = [...new Map(set.map((one) => [one.kpi, one.label]))].map(([value, label]) => ({ value, label }));
  const shown = mine.some(({ value }) => value === kpi) ? mine : [...mine, { value: kpi, label: kpis.find((one) => one.name === plainKpi(kpi))?.label ?? kpi }];
  const others = kpis.filter((one) => one.known && !shown.some(({ value }) => value === one.name)).map(({ name, label }) => ({ value: name, label }));
  return <Select className={css.kpi} aria-label="KPI" searchable allowDeselect={false} limit={60} data={[{ group: "With targets", items: shown }, { group: "All", items: others }]} value={kpi} onChange={(name) => name && onChoose(name)} />;
}

function Find({ value, label, onFind }: { value: string; label: string; onFind: (find: string) => void }) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onFind, 200);
  return (
    <TextInput
      type="search"
      w={180}
      aria-label={`Find ${label}`}
      placeholder={`Find ${label}`}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
    />
  );
}
