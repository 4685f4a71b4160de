// Chooses KPIs by typing: found by label, name and what they ask.

import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import { useState } from "react";
import type { KpiShort } from "@/api/queries";
import { found } from "@/words/finding";
import { plainKpi } from "@/words/search";
import css from "./KpiPicker.module.css";

interface Props {
  kpis: readonly KpiShort[];
  chosen: readonly string[];
  onChoose: (kpis: string[]) => void;
}

const SHOWN = 40;

export function KpiPicker({ kpis, chosen, onChoose }: Props) {
  const [text, setText] = useState("");
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const label = (asked: string) => {
    const known = kpis.find((kpi) => kpi.name === plainKpi(asked))?.label ?? asked;
    return asked.includes("(") ? `${known} ${asked.slice(asked.indexOf("("))}` : known;
  };
  const offered = found(kpis, text)
    .filter((kpi) => !chosen.includes(kpi.name))
    .slice(0, SHOWN);
  const add = (name: string) => {
    setText("");
    onChoose([...chosen, name]);
  };
  const drop = (kpi: string) => onChoose(chosen.filter((one) => one !== kpi));
  return (
    <Combobox store={box} onOptionSubmit={add}>
      <Combobox.DropdownTarget>
        <PillsInput onClick={() => box.openDropdown()} size="sm">
          <Pill.Group>
            {chosen.map((kpi) => (
              <Pill key={kpi} withRemoveButton onRemove={() => drop(kpi)} removeButtonProps={{ "aria-label": `Remove ${label(kpi)}`, tabIndex: 0, "aria-hidden": false }}>
                {label(kpi)}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                aria-label="KPIs"
                placeholder={chosen.length ? "" : "Which KPIs? Type to search all"}
                value={text}
                onFocus={() => box.openDropdown()}
                onBlur={() => box.closeDropdown()}
                onChange={(event) => {
                  setText(event.currentTarget.value);
                  box.openDropdown();
                  box.selectFirstOption();
                }}
                onKeyDown={(event) => {
                  if (event.key === "Backspace" && text === "") onChoose(chosen.slice(0, -1));
                }}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown>
        <Combobox.Options mah={320} style={{ overflowY: "auto" }} aria-label="KPIs">
          {offered.length === 0 && <Combobox.Empty>Nothing found</Combobox.Empty>}
          {offered.map((kpi) => (
            <Combobox.Option key={kpi.name} value={kpi.name}>
              <span className={css.label}>{kpi.label}</span>
              <span className={css.asks}>{kpi.asks}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
