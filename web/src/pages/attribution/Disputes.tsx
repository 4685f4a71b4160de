// Where models disagree, and what that says: who opens doors, who closes, who stands between.

import type { Attribution } from "@/api/attribution";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { Tag } from "@/parts/Tag";
import { show } from "@/words/format";
import css from "./Attribution.module.css";
import { type Dispute, disputesOf, kpiOf, type Part, sourceName } from "./crediting";

interface Props {
  told: Attribution;
  name: (model: string) => string;
}

const MOST = 10;
const WORDS: Record<Part, string> = { opens: "Opens doors", closes: "Closes", between: "Between first and last", "": "" };
const MEANS: Record<Part, string> = {
  opens: "First more often than last: models of the last touch see too little of it.",
  closes: "Last more often than first: models of the first touch see too little of it.",
  between: "Neither first nor last: only models that count every touch see it.",
  "": "",
};

export function Disputes({ told, name }: Props) {
  const disputes = disputesOf(told.sources, told.models, MOST);
  return (
    <Panel title="Where models disagree" note="Share of all credit by the model that gives least and by the one that gives most.">
      {disputes.length === 0 && <Empty small title="All models say the same" />}
      <ul className={css.list} tabIndex={0} aria-label="Where models disagree">
        {disputes.map((one) => (
          <Item key={one.source.id} dispute={one} by={told.by} name={name} />
        ))}
      </ul>
    </Panel>
  );
}

function Item({ dispute: { source, low, high, part }, by, name }: { dispute: Dispute; by: string; name: Props["name"] }) {
  const end = (model: string) => {
    const text = show(source.share[model], { unit: "fraction" });
    return (
      <Door kpi={kpiOf(model)} by={{ [by]: source.id }} label={`${sourceName(source)}: ${text} ${name(model)}. Explain`} className={css.end}>
        <b className="numbers">{text}</b> {name(model)}
      </Door>
    );
  };
  return (
    <li>
      <div className={css.head}>
        <strong>{sourceName(source)}</strong>
        {part && <Tag>{WORDS[part]}</Tag>}
      </div>
      <p>
        {end(low)} <span className="quiet">to</span> {end(high)}
      </p>
      {part && <p className="quiet">{MEANS[part]}</p>}
    </li>
  );
}
