// Whom to help, and who could: each with why, and a way to the accounts.

import { Link } from "@tanstack/react-router";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { Tag } from "@/parts/Tag";
import css from "./Team.module.css";
import { type Advice, adviceOf, type Weighed } from "./weighing";

export function Advices({ weighed }: { weighed: readonly Weighed[] }) {
  const advice = adviceOf(weighed);
  const known = weighed.some(({ load }) => load !== null);
  return (
    <Panel title="Where to act" note="Who carries too much or falls behind, and who could take over.">
      {advice.length === 0 && (
        <Empty small title={known ? "Nobody stands out" : "Nothing to set against each other"}>
          {known ? "Load and coverage of all lie near the middle." : "This needs three account managers or more, and what they have in hand."}
        </Empty>
      )}
      <ul className={css.advice} tabIndex={0} aria-label="Where to act">
        {advice.map((one) => (
          <Item key={one.id} advice={one} />
        ))}
      </ul>
    </Panel>
  );
}

const COLUMNS = ["tier", "segment", "stage", "interaction_gap_days", "health_score", "pipeline_value_open", "mrr"];

function Item({ advice }: { advice: Advice }) {
  const sort = advice.tone === "good" ? "-mrr" : "-interaction_gap_days";
  return (
    <li>
      <div className={css.head}>
        <Link to="/accounts" search={{ filters: { owner_id: [advice.id] }, cols: COLUMNS, sort } as never} className={css.name}>
          {advice.name}
        </Link>
        <Tag tone={advice.tone}>
          {advice.title}
        </Tag>
      </div>
      {advice.reasons.map((reason) => (
        <p key={reason}>{reason}</p>
      ))}
    </li>
  );
}
