// Of whom a rule is, what it is called, whom it tells, and what would prove it right.

import { Select, Textarea, TextInput } from "@mantine/core";
import { useDimensions } from "@/parts/useDimensions";
import { SCOPES } from "@/words/scopes";
import css from "./Alerts.module.css";
import { Numeric } from "./Numeric";
import { type Draft, isNarrowed, isOfKpi, narrowedTo } from "./rules";
import { SEVERITIES } from "./search";
import { SEVERITY_WORDS } from "./telling";

interface Props {
  draft: Draft;
  faults: ReadonlyMap<string, string>;
  onChange: (draft: Draft) => void;
}

const OF_TARGETS = ["company", "team", "owner", "tier", "segment", "account"];
const LEFT_OUT = ["account_id", "name", "domain"]; // as many values as accounts

export function WhomFields({ draft, faults, onChange }: Props) {
  const { when } = draft;
  return (
    <div className={css.fields}>
      {isNarrowed(when.kind) && (
        <>
          <Select label="Accounts" w={180} allowDeselect={false} data={Object.entries(SCOPES).map(([value, label]) => ({ value, label }))} value={draft.scope} onChange={(scope) => scope && onChange({ ...draft, scope: scope as Draft["scope"] })} />
          <TextInput className={css.wide} label="With" placeholder="tier in ('A', 'B')" maxLength={1000} value={draft.where ?? ""} error={faults.get("where")} onChange={(event) => onChange({ ...draft, where: event.currentTarget.value })} />
        </>
      )}
      {(isOfKpi(when.kind) || when.kind === "pacing") && <Each draft={draft} faults={faults} onChange={onChange} />}
      {when.kind === "data_late" && <p className="quiet">It looks at every source and table.</p>}
    </div>
  );
}

function Each({ draft, faults, onChange }: Props) {
  const ofKpi = isOfKpi(draft.when.kind);
  const found = useDimensions(ofKpi && typeof draft.when.kpi === "string" ? [draft.when.kpi] : [], []);
  const offered = ofKpi ? ["account", "company", ...found.filter((name) => !LEFT_OUT.includes(name))] : OF_TARGETS;
  const all = offered.includes(draft.each) ? offered : [...offered, draft.each];
  return <Select label={ofKpi ? "One by one" : "Targets of"} w={190} allowDeselect={false} data={all.map((name) => ({ value: name, label: eachWords(name) }))} value={draft.each} error={faults.get("each")} onChange={(each) => each && onChange(narrowedTo(draft, each))} />;
}

const eachWords = (name: string): string => (name === "company" ? "the company as a whole" : `each ${name.replace(/_id$/, "").replaceAll("_", " ")}`);

const OTHER = "user:";

export function ThenFields({ draft, faults, outcomes, onChange }: Props & { outcomes: Record<string, string> }) {
  const { outcome, route } = draft;
  const someone = route.startsWith(OTHER);
  const put = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  return (
    <div className={css.form}>
      <div className={css.fields}>
        <TextInput className={css.wide} label="Called" placeholder="Health is low" required withAsterisk={false} maxLength={400} value={draft.label} error={faults.get("label")} onChange={(event) => put({ label: event.currentTarget.value })} />
        <Select label="Severity" w={130} allowDeselect={false} data={SEVERITIES.map((one) => ({ value: one, label: SEVERITY_WORDS[one] }))} value={draft.severity} onChange={(severity) => severity && put({ severity: severity as Draft["severity"] })} />
      </div>
      <div className={css.fields}>
        <Select
          label="Told to"
          w={190}
          allowDeselect={false}
          data={[
            { value: "owner", label: "The owner" },
            { value: "manager", label: "The owner's manager" },
            { value: OTHER, label: "Somebody else" },
          ]}
          value={someone ? OTHER : route}
          onChange={(to) => to && put({ route: to })}
        />
        {someone && <TextInput className={css.wide} label="E-mail" type="email" maxLength={200} value={route.slice(OTHER.length)} error={faults.get("route")} onChange={(event) => put({ route: `${OTHER}${event.currentTarget.value.trim()}` })} />}
        <Numeric label="Not again within" suffix=" days" whole min={0} max={365} value={draft.cooldown_days} fault={faults.get("cooldown_days")} onChange={(days) => put({ cooldown_days: days ?? 0 })} />
      </div>
      {draft.each === "account" && isNarrowed(draft.when.kind) && (
        <div className={css.fields}>
          <Select className={css.wide} label="Proved right where the account" clearable placeholder="Nothing proves it" data={Object.entries(outcomes).map(([value, label]) => ({ value, label }))} value={outcome?.what ?? null} error={faults.get("outcome")} onChange={(what) => put({ outcome: what ? { what: what as NonNullable<Draft["outcome"]>["what"], within_days: outcome?.within_days ?? 90 } : null })} clearButtonProps={{ "aria-label": "Nothing proves it" }} />
          {outcome && <Numeric label="Within" suffix=" days" whole min={1} max={730} value={outcome.within_days} onChange={(days) => put({ outcome: { ...outcome, within_days: days as number } })} />}
        </div>
      )}
      <Textarea label="Next step" description="Else the playbook says it." autosize minRows={1} maxLength={1000} value={draft.next_step ?? ""} onChange={(event) => put({ next_step: event.currentTarget.value })} />
    </div>
  );
}
