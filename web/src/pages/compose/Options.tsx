// The options that the KPIs of a formula are taken with: what is left empty is as anybody would be told it.

import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Taken } from "@/api/composing";
import { Panel } from "@/parts/Page";
import css from "./Compose.module.css";
import { choicesOf, type Choice, optionText, typedOption, type TakesOptions } from "./composing";

interface Props {
  kpis: readonly Taken[]; // that the formula names
  takes: TakesOptions;
  onChange: (takes: TakesOptions) => void;
}

export function Options({ kpis, takes, onChange }: Props) {
  const shown = kpis.filter((kpi) => kpi.options.length > 0);
  if (shown.length === 0) return null;
  const put = (kpi: string, option: string, value: unknown) => {
    const { [option]: _, ...rest } = takes[kpi] ?? {};
    onChange({ ...takes, [kpi]: value === undefined ? rest : { ...rest, [option]: value } });
  };
  return (
    <Panel title="Options it passes on" note="What is left empty is taken as anybody would be told it.">
      {shown.map((kpi) => {
        const said = takes[kpi.name] ?? {};
        const told = Object.entries(said).map(([name, value]) => `${words(name).toLowerCase()} ${optionText(value)}`);
        return (
          <details key={kpi.name} className={css.options}>
            <summary>
              <b>{kpi.label}</b> <span className="quiet">{told.length ? told.join(", ") : "as usual"}</span>
            </summary>
            <div className={css.fields}>
              {kpi.options.map((option) => (
                <OptionInput key={option.name} option={option} value={said[option.name]} of={kpi.label} onChange={(value) => put(kpi.name, option.name, value)} />
              ))}
            </div>
          </details>
        );
      })}
    </Panel>
  );
}

const words = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

function OptionInput({ option, value, of, onChange }: { option: Choice; value: unknown; of: string; onChange: (value: unknown) => void }) {
  const usual = option.value === null || option.value === undefined ? "not set" : `usually ${optionText(option.value)}`;
  const about = { label: words(option.name), "aria-label": `${words(option.name)} of ${of}`, placeholder: usual };
  const choices = choicesOf(option);
  if (choices.length)
    return (
      <Select
        {...about}
        allowDeselect
        clearable
        data={choices.map((one) => ({ value: optionText(one), label: optionText(one) }))}
        value={value === undefined ? null : optionText(value)}
        onChange={(text) => onChange(choices.find((one) => optionText(one) === text))}
      />
    );
  return <Typed about={about} option={option} value={value} onChange={onChange} />;
}

/** Keeps what is typed as it is typed: `0.0` is on its way to 0.05. */
function Typed({ about, option, value, onChange }: { about: object; option: Choice; value: unknown; onChange: (value: unknown) => void }) {
  const [text, setText] = useState(value === undefined ? "" : optionText(value));
  const type = (text: string) => {
    setText(text);
    onChange(typedOption(text, option));
  };
  return <TextInput {...about} maxLength={1000} value={text} onChange={(event) => type(event.currentTarget.value)} />;
}
