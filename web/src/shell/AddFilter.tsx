// Chooses a dimension, then which of its values are kept; the values are those the data has.

import { Button, Checkbox, Popover, Skeleton, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconChevronLeft, IconFilter, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dimensions, valuesOf } from "@/api/queries";
import { ProblemView } from "@/parts/ProblemView";
import { counted, showCount } from "@/words/format";
import css from "./Filters.module.css";

const DIMENSIONS: Record<string, string> = {
  tier: "Tier",
  segment: "Segment",
  industry: "Industry",
  region: "Region",
  country: "Country",
  owner_id: "Owner",
};
const SHOWN = 50;
const FEW = 8; // so many need no search
const TYPED_MS = 150;

export const dimensionLabel = (name: string): string => DIMENSIONS[name] ?? name.replace(/_id$/, "").replaceAll("_", " ");

const offered = (name: string): string => dimensionLabel(name).replace(/^./, (letter) => letter.toUpperCase());

interface Props {
  filters: Record<string, string[]>;
  onKeep: (name: string, values: string[]) => void;
}

export function AddFilter({ filters, onKeep }: Props) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState<string>();
  const { data: known } = useQuery({ ...dimensions, enabled: opened });
  const toggle = () => {
    setName(undefined);
    setOpened((was) => !was);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" width={260} trapFocus>
      <Popover.Target>
        <Button variant="subtle" color="gray" c="var(--ink-2)" leftSection={<IconFilter size={15} aria-hidden />} onClick={toggle}>
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        {name ? (
          <Values name={name} kept={filters[name] ?? []} onBack={() => setName(undefined)} onKeep={(values) => onKeep(name, values)} />
        ) : (
          <div className={css.dimensions}>
            {(known?.dimensions ?? Object.keys(DIMENSIONS)).map((dimension) => (
              <button key={dimension} type="button" onClick={() => setName(dimension)}>
                {offered(dimension)}
              </button>
            ))}
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface ValuesProps {
  name: string;
  kept: string[];
  onBack: () => void;
  onKeep: (values: string[]) => void;
}

function Values({ name, kept, onBack, onKeep }: ValuesProps) {
  const [text, setText] = useState("");
  const [words] = useDebouncedValue(text.trim(), TYPED_MS);
  const { data, error, refetch } = useQuery(valuesOf(name, words, SHOWN));
  const searches = words !== "" || (data?.total ?? 0) > FEW;
  return (
    <fieldset className={css.values}>
      <legend>
        <button type="button" className={css.back} onClick={onBack}>
          <IconChevronLeft size={14} aria-hidden /> {dimensionLabel(name)}
        </button>
      </legend>
      {searches && <TextInput aria-label="Find values" placeholder="Find" leftSection={<IconSearch size={14} aria-hidden />} value={text} onChange={(event) => setText(event.currentTarget.value)} />}
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {data?.values.map((value) => (
        <div key={value.id} className={css.value}>
          <Checkbox
            size="xs"
            label={value.label}
            checked={kept.includes(value.id)}
            onChange={(event) => onKeep(event.currentTarget.checked ? [...kept, value.id] : kept.filter((id) => id !== value.id))}
          />
          <span className="quiet numbers" title={`${counted(value.accounts, "account")} now`}>
            {showCount(value.accounts)}
          </span>
        </div>
      ))}
      {data?.total === 0 && <p className="quiet">No account has such a value.</p>}
      {data && data.total > data.values.length && <p className="quiet">{counted(data.total - data.values.length, "more value")}: type to find them.</p>}
    </fieldset>
  );
}
