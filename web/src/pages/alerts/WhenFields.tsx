// When a rule fires: the kind of its condition, and what that kind asks for.

import { Checkbox, MultiSelect, SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { catalog } from "@/api/queries";
import { plainKpi } from "@/words/search";
import css from "./Alerts.module.css";
import { Numeric } from "./Numeric";
import { type Condition, type Draft, isOfKpi, type Kind, KINDS, ofKind, type Value } from "./rules";

interface Props {
  draft: Draft;
  roles: readonly string[];
  faults: ReadonlyMap<string, string>;
  currency: string;
  onChange: (draft: Draft) => void;
}

interface PartProps {
  when: Condition;
  faults: ReadonlyMap<string, string>;
  put: (part: Record<string, Value>) => void;
}

export function WhenFields({ draft, roles, faults, currency, onChange }: Props) {
  const { when } = draft;
  const put = (part: Record<string, Value>) => onChange({ ...draft, when: { ...when, ...part } });
  const part = { when, faults, put };
  return (
    <div className={css.form}>
      <Select
        label="What it looks for"
        description={KINDS[when.kind].about}
        allowDeselect={false}
        data={Object.entries(KINDS).map(([value, { label }]) => ({ value, label }))}
        value={when.kind}
        onChange={(kind) => kind && onChange(ofKind(draft, kind as Kind))}
      />
      {isOfKpi(when.kind) && <OfKpi {...part} currency={currency} />}
      {when.kind === "pacing" && <Kpi when={when} faults={faults} put={put} any />}
      {when.kind === "no_touch" && <NoTouch {...part} roles={roles} />}
      {when.kind === "renewal" && <Renewal {...part} />}
      {when.kind === "champion_left" && <Days {...part} name="days" label="Within" />}
    </div>
  );
}

const number = (value: Value): number | null => (typeof value === "number" ? value : null);

function Kpi({ when, faults, put, any = false }: PartProps & { any?: boolean }) {
  const { data } = useQuery(catalog);
  const asked = typeof when.kpi === "string" ? when.kpi : null;
  const known = data?.kpis ?? [];
  const items = known.filter((one) => one.known || one.name === asked).map(({ name, label }) => ({ value: name, label }));
  const label = known.find((one) => asked && one.name === plainKpi(asked))?.label;
  const shown = asked && !items.some((one) => one.value === asked) ? [{ value: asked, label: label ? `${label} (${asked})` : asked }, ...items] : items;
  return <Select className={css.wide} label="KPI" searchable clearable={any} placeholder={any ? "Any KPI that has a target" : undefined} limit={80} allowDeselect={any} data={shown} value={asked} error={faults.get("kpi")} onChange={(kpi) => put({ kpi })} clearButtonProps={{ "aria-label": "Any KPI" }} />;
}

const PER = ["day", "week", "month", "quarter"];
const WAYS = [
  { value: "falls", label: "falls" },
  { value: "rises", label: "rises" },
  { value: "either", label: "either" },
];

function OfKpi({ when, faults, put, currency }: PartProps & { currency: string }) {
  const { data } = useQuery(catalog);
  const unit = data?.kpis.find((one) => one.name === plainKpi(String(when.kpi ?? "")))?.unit ?? "count";
  return (
    <>
      <div className={css.fields}>
        <Kpi when={when} faults={faults} put={put} />
        <Select label="In each" description="The last one that is over" inputWrapperOrder={["label", "input", "description"]} w={170} allowDeselect={false} data={PER} value={String(when.per)} onChange={(per) => put({ per })} />
      </div>
      <div className={css.fields}>
        {when.kind === "threshold" && <Threshold when={when} faults={faults} put={put} unit={unit} currency={currency} />}
        {when.kind === "change" && <Change when={when} faults={faults} put={put} unit={unit} currency={currency} />}
        {when.kind === "baseline" && <Baseline when={when} faults={faults} put={put} unit={unit} currency={currency} />}
        <Numeric label="Least cases" hint="Held back below" optional="as usual" whole min={1} value={number(when.least_n)} fault={faults.get("least_n")} onChange={(least_n) => put({ least_n })} />
      </div>
    </>
  );
}

type InUnit = PartProps & { unit: string; currency: string };

function Way({ when, put }: Pick<PartProps, "when" | "put">) {
  return (
    <div>
      <span className={css.label}>It</span>
      <SegmentedControl aria-label="Which way" value={String(when.direction)} onChange={(direction) => put({ direction })} data={WAYS} />
    </div>
  );
}

function Threshold({ when, faults, put, unit, currency }: InUnit) {
  const side = when.above === undefined || (when.above === null && when.below != null) ? "below" : "above";
  const value = number(when[side]);
  return (
    <>
      <div>
        <span className={css.label}>It is</span>
        <SegmentedControl aria-label="Which side" value={side} onChange={(to) => put({ below: undefined, above: undefined, [to]: value })} data={["below", "above"]} />
      </div>
      <Numeric label={side === "below" ? "Below" : "Above"} unit={unit} currency={currency} value={value} fault={faults.get(side)} onChange={(typed) => put({ [side]: typed })} />
    </>
  );
}

function Change({ when, faults, put, unit, currency }: InUnit) {
  return (
    <>
      <Way when={when} put={put} />
      <Numeric label="By" unit={when.relative ? "fraction" : unit} currency={currency} min={0} value={number(when.by)} fault={faults.get("by")} onChange={(by) => put({ by })} />
      <Select
        label="Against"
        w={190}
        allowDeselect={false}
        data={[
          { value: "previous", label: `the ${String(when.per)} before` },
          { value: "year-ago", label: "a year before" },
        ]}
        value={String(when.against)}
        onChange={(against) => put({ against })}
      />
      <Checkbox className={css.tick} label="As a share of what it was" checked={when.relative === true} onChange={(event) => put({ relative: event.currentTarget.checked, by: null })} />
    </>
  );
}

function Baseline({ when, faults, put, unit, currency }: InUnit) {
  return (
    <>
      <Way when={when} put={put} />
      <Numeric label="By usual deviations" hint="3.5 tells outliers" min={0} value={number(when.times)} fault={faults.get("times")} onChange={(times) => put({ times })} />
      <Numeric label="And at least by" unit={unit} currency={currency} min={0} value={number(when.by)} fault={faults.get("by")} onChange={(by) => put({ by })} />
      <Numeric label="From its last" suffix={` ${String(when.per)}s`} whole min={3} max={60} value={number(when.periods)} fault={faults.get("periods")} onChange={(periods) => put({ periods })} />
      <Numeric label="Known of them" hint="Held back below" whole min={3} max={60} value={number(when.least)} fault={faults.get("least")} onChange={(least) => put({ least })} />
    </>
  );
}

function Days({ when, faults, put, name, label }: PartProps & { name: string; label: string }) {
  return <Numeric label={label} suffix=" days" whole min={1} value={number(when[name])} fault={faults.get(name)} onChange={(days) => put({ [name]: days })} />;
}

function NoTouch({ when, faults, put, roles }: PartProps & { roles: readonly string[] }) {
  const chosen = Array.isArray(when.roles) ? when.roles : [];
  return (
    <div className={css.fields}>
      <Days when={when} faults={faults} put={put} name="days" label="For" />
      <MultiSelect className={css.wide} label="With people of these buying roles" description="Each by itself; none: anybody of the account" inputWrapperOrder={["label", "input", "description", "error"]} data={[...new Set([...roles, ...chosen])].map((role) => ({ value: role, label: role.replaceAll("_", " ") }))} value={chosen} error={faults.get("roles")} onChange={(to) => put({ roles: to })} />
    </div>
  );
}

function Renewal({ when, faults, put }: PartProps) {
  return (
    <div className={css.fields}>
      <Days when={when} faults={faults} put={put} name="within_days" label="It ends within" />
      <Numeric label="And health is below" optional="whatever it is" value={number(when.health_below)} fault={faults.get("health_below")} onChange={(health_below) => put({ health_below })} />
    </div>
  );
}
