// Some of several values, ticked in a list that says how many there are of each; the button says which are chosen.

import { Button, Checkbox, Popover } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { showCount } from "@/words/format";
import css from "./Several.module.css";

export interface Value {
  value: string;
  label: string;
  count: number;
}

interface Props {
  label: string;
  values: readonly Value[];
  chosen: readonly string[];
  onChoose: (chosen: string[]) => void;
}

export function Several({ label, values, chosen, onChoose }: Props) {
  const named = (value: string) => values.find((one) => one.value === value)?.label ?? value;
  const gone = chosen.filter((value) => !values.some((one) => one.value === value)).map((value) => ({ value, label: value, count: 0 }));
  return (
    <span className={css.several} data-chosen={chosen.length > 0 || undefined}>
      <Popover position="bottom-start" shadow="md" trapFocus>
        <Popover.Target>
          <Button variant="subtle" color={chosen.length ? undefined : "gray"} c={chosen.length ? "var(--accent)" : "var(--ink-2)"} rightSection={<IconChevronDown size={14} aria-hidden />}>
            {chosen.length ? `${label}: ${chosen.map(named).join(", ")}` : label}
          </Button>
        </Popover.Target>
        <Popover.Dropdown p="xs">
          <fieldset className={css.values}>
            <legend className="unseen">{label}</legend>
            {[...values, ...gone].map((one) => (
              <Checkbox
                key={one.value}
                size="xs"
                checked={chosen.includes(one.value)}
                onChange={(event) => onChoose(event.currentTarget.checked ? [...chosen, one.value] : chosen.filter((value) => value !== one.value))}
                label={
                  <>
                    <span>{one.label}</span> <span className={css.count}>{showCount(one.count)}</span>
                  </>
                }
              />
            ))}
          </fieldset>
        </Popover.Dropdown>
      </Popover>
      {chosen.length > 0 && (
        <button type="button" className={css.clear} aria-label={`Remove the filter ${label}`} onClick={() => onChoose([])}>
          <IconX size={13} aria-hidden />
        </button>
      )}
    </span>
  );
}
