// What a goal's KPIs lack: how to begin with it, which systems bring it, and what it would add.

import { Panel } from "@/parts/Page";
import { lack } from "@/words/lacking";
import css from "./Goals.module.css";
import { listed, type Missing } from "./telling";

export function MissingData({ missing }: { missing: readonly Missing[] }) {
  if (missing.length === 0) return null;
  return (
    <Panel title="What is missing" note="Each of these adds the KPIs named beside it. The others are known without it.">
      <dl className={css.missing}>
        {missing.map((one) => (
          <div key={one.entity}>
            <dt>
              {lack(one.entity)}
              <small>adds {listed(one.adds)}</small>
            </dt>
            <dd>
              {one.first_step && <p>{one.first_step}</p>}
              <p className={css.mend}>
                {one.systems.length > 0 && `From ${listed(one.systems, "or")} it is taken ready mapped. `}
                {one.mend}
              </p>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
