// Chooses a dimension, then which of its values are kept; the values are those the data has.

import { Button, Checkbox, Popover, Skeleton } from "@mantine/core";
import { IconChevronLeft, IconFilter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { valuesOf } from "@/api/queries";
import { ProblemView } from "@/parts/ProblemView";
import css from "./Filters.module.css";

const DIMENSIONS: Record<string, string> = {
  tier: "Tier",
  segment: "Segment",
  industry: "Industry",
  region: "Region",
  country: "Country",
  owner_id: "Owner",
};

export const dimensionLabel = (name: string): string => DIMENSIONS[name] ?? name.replace(/_id$/, "").replaceAll("_", " ");

interface Props {
  filters: Record<string, string[]>;
  onKeep: (name: string, values: string[]) => void;
}

export function AddFilter({ filters, onKeep }: Props) {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState<string>();
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
            {Object.entries(DIMENSIONS).map(([dimension, label]) => (
              <button key={dimension} type="button" onClick={() => setName(dimension)}>
                {label}
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
  const { data, error, refetch } = useQuery(valuesOf(name));
  return (
    <fieldset className={css.values}>
      <legend>
        <button type="button" className={css.back} onClick={onBack}>
          <IconChevronLeft size={14} aria-hidden /> {dimensionLabel(name)}
        </button>
      </legend>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
      {data?.map((value) => (
        <Checkbox
          key={value.id}
          size="xs"
          label={value.label}
          checked={kept.includes(value.id)}
          onChange={(event) => onKeep(event.currentTarget.checked ? [...kept, value.id] : kept.filter((id) => id !== value.id))}
        />
      ))}
    </fieldset>
  );
}
