// The same filter bar on every page: period, trend, comparison, accounts, and the values kept of each dimension.

import { Button, Popover, Select } from "@mantine/core";
import { IconCalendar, IconX } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { COMPARISONS, GRAINS, type Grain, PERIODS, periodLabel } from "@/words/periods";
import { SCOPES } from "@/words/scopes";
import type { Filter } from "@/words/search";
import { AddFilter, dimensionLabel } from "./AddFilter";
import { CustomPeriod } from "./CustomPeriod";
import css from "./Filters.module.css";

const SCOPE_CHOICES = Object.entries(SCOPES).map(([value, label]) => ({ value, label }));

const GRAIN_WORDS: Record<Grain, string> = {
  total: "As a whole",
  day: "By day",
  week: "By week",
  month: "By month",
  quarter: "By quarter",
  year: "By year",
};

interface Props {
  value: Required<Pick<Filter, "period" | "compare" | "scope">> & Filter;
  grains?: readonly Grain[]; // offered where the page has them
  scopes?: boolean;
  compares?: boolean;
  narrows?: boolean; // by values of dimensions
}

export function Filters({ value, grains = GRAINS, scopes = true, compares = true, narrows = true }: Props) {
  const navigate = useNavigate();
  const put = (change: Filter) =>
    void navigate({ to: ".", search: (now: Record<string, unknown>) => ({ ...now, ...change }), resetScroll: false });
  const keep = (name: string, values: string[]) => {
    const { [name]: _gone, ...rest } = value.filters ?? {};
    const filters = values.length ? { ...rest, [name]: values } : rest;
    put({ filters: Object.keys(filters).length ? filters : undefined });
  };
  return (
    <div className={css.bar} role="group" aria-label="Filters">
      <PeriodChoice value={value.period} onChange={(period) => put({ period })} />
      {grains.length > 0 && (
        <Select
          aria-label="Grain"
          w={132}
          data={[{ value: "", label: "Auto grain" }, ...grains.map((grain) => ({ value: grain, label: GRAIN_WORDS[grain] }))]}
          value={value.grain ?? ""}
          onChange={(grain) => put({ grain: (grain || undefined) as Grain | undefined })}
        />
      )}
      {compares && (
        <Select
          aria-label="Compare with"
          w={168}
          data={[
            ...Object.entries(COMPARISONS).map(([word, told]) => ({ value: word, label: `vs ${told.label.toLowerCase()}` })),
            { value: "none", label: "No comparison" },
          ]}
          value={value.compare}
          onChange={(compare) => put({ compare: compare as Filter["compare"] })}
        />
      )}
      {scopes && <Select aria-label="Accounts" w={158} data={SCOPE_CHOICES} value={value.scope} onChange={(scope) => put({ scope: scope ?? undefined })} />}
      {Object.entries(narrows ? (value.filters ?? {}) : {}).map(([name, values]) => (
        <span key={name} className={css.chip}>
          <b>{dimensionLabel(name)}</b> {values.join(", ")}
          <button type="button" aria-label={`Remove the filter ${dimensionLabel(name)}`} onClick={() => keep(name, [])}>
            <IconX size={13} aria-hidden />
          </button>
        </span>
      ))}
      {narrows && value.where && (
        <span className={css.chip}>
          {value.where}
          <button type="button" aria-label="Remove the condition" onClick={() => put({ where: undefined })}>
            <IconX size={13} aria-hidden />
          </button>
        </span>
      )}
      {narrows && <AddFilter filters={value.filters ?? {}} onKeep={keep} />}
    </div>
  );
}

export function PeriodChoice({ value, onChange }: { value: string; onChange: (period: string) => void }) {
  const [opened, setOpened] = useState(false);
  const choose = (period: string) => {
    setOpened(false);
    onChange(period);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconCalendar size={15} aria-hidden />} onClick={() => setOpened((was) => !was)} aria-label={`Period: ${periodLabel(value)}`}>
          {periodLabel(value)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <div className={css.periods}>
          {PERIODS.map((period) => (
            <button key={period.value} type="button" aria-pressed={period.value === value} onClick={() => choose(period.value)}>
              {period.label}
            </button>
          ))}
        </div>
        <CustomPeriod value={value} onChange={choose} />
      </Popover.Dropdown>
    </Popover>
  );
}
