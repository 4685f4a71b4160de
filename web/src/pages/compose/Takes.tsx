// All that a formula may name, found by words; a click puts it where the cursor stands.

import { Skeleton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { measures } from "@/api/composing";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import css from "./Compose.module.css";
import { looked } from "./composing";

const SHOWN = 25;

export function Takes({ onTake }: { onTake: (word: string) => void }) {
  const [text, setText] = useState("");
  const { data, error, refetch } = useQuery(measures);
  const all = looked(data?.kpis ?? [], text);
  return (
    <Panel title="KPIs and measures" note="Click one to put it into the formula.">
      <TextInput aria-label="Find KPIs and measures" placeholder="Find by name, question or what is counted" leftSection={<IconSearch size={15} aria-hidden />} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height={420} mt={10} />}
      {data && (
        <ul className={css.list} aria-label="KPIs and measures" tabIndex={0}>
          {all.slice(0, SHOWN).map((kpi) => (
            <li key={kpi.name}>
              <button type="button" className={css.take} onClick={() => onTake(kpi.name)}>
                <b>{kpi.label}</b> <code>{kpi.name}</code>
                <small>
                  {kpi.asks}
                  {!kpi.known && " Its data are not here yet."}
                </small>
              </button>
              <ul aria-label={`Measures of ${kpi.label}`}>
                {kpi.measures.map((measure) => (
                  <li key={measure.name}>
                    <button type="button" className={css.take} onClick={() => onTake(measure.name)}>
                      <code>{measure.name}</code>
                      <small>{measure.sentence}</small>
                    </button>
                  </li>
                ))}
              </ul>
            </li>
          ))}
          {all.length > SHOWN && <li className="quiet">{all.length - SHOWN} more: type a word to find them.</li>}
          {all.length === 0 && <li className="quiet">Nothing is called so, nor counts that.</li>}
        </ul>
      )}
    </Panel>
  );
}
