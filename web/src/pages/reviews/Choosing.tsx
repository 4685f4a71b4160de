// Which review: how often it is read, of which period, about whom.

import { SegmentedControl, Select } from "@mantine/core";
import type { Audience, Cadence, Reviews, Wanted } from "@/api/reviews";
import { AccountChoice } from "@/parts/AccountChoice";
import css from "./Reviews.module.css";
import type { NewReviewSearch } from "./search";
import { AUDIENCE_WORDS, CADENCE_WORDS, parted, written } from "./telling";

interface Props {
  all: Reviews;
  wanted: Wanted;
  onPut: (change: Partial<NewReviewSearch>) => void;
}

export function Choosing({ all, wanted, onPut }: Props) {
  const [kind, subject] = parted(wanted.audience);
  const periods = all.periods[wanted.cadence] ?? [];
  const known = periods.some((one) => one.period === wanted.period);
  const asked = wanted.period && !known ? [{ value: wanted.period, label: wanted.period }] : [];
  const audiences = [...new Set(all.packs.filter((pack) => pack.cadences.includes(wanted.cadence)).flatMap((pack) => pack.audiences))];
  return (
    <div className={css.bar} role="group" aria-label="Which review">
      <SegmentedControl
        aria-label="Cadence"
        value={wanted.cadence}
        onChange={(cadence) => onPut({ cadence: cadence as Cadence, period: undefined })}
        data={Object.entries(CADENCE_WORDS).map(([value, label]) => ({ value, label }))}
      />
      <Select
        label="Period"
        w={220}
        allowDeselect={false}
        value={wanted.period ?? periods.find((one) => one.over)?.period ?? null}
        data={[...asked, ...periods.map((one) => ({ value: one.period, label: one.over ? one.name : `${one.name}, so far` }))]}
        onChange={(period) => onPut({ period: period ?? undefined })}
      />
      <Select
        label="About"
        w={190}
        allowDeselect={false}
        value={kind}
        data={(Object.keys(AUDIENCE_WORDS) as Audience[]).filter((one) => audiences.includes(one)).map((value) => ({ value, label: AUDIENCE_WORDS[value] }))}
        onChange={(value) => onPut({ audience: value === "company" ? undefined : written(value as Audience, undefined) })}
      />
      {kind === "account" && <AccountChoice label="Customer" value={subject} onChoose={(id) => onPut({ audience: written("account", id) })} />}
      {kind !== "account" && kind !== "company" && (
        <Select
          label="Which"
          placeholder="Choose"
          w={220}
          searchable
          value={subject || null}
          data={subjectsOf(all, kind)}
          nothingFoundMessage="None of your accounts has such a one"
          onChange={(value) => onPut({ audience: written(kind, value ?? undefined) })}
        />
      )}
    </div>
  );
}

function subjectsOf(all: Reviews, kind: Audience): { value: string; label: string }[] {
  if (kind === "owner") return all.owners.map((one) => ({ value: one.id as string, label: one.name as string }));
  const found = { team: all.teams, tier: all.tiers, segment: all.segments }[kind as "team" | "tier" | "segment"];
  return found.map((one) => ({ value: one, label: one }));
}
