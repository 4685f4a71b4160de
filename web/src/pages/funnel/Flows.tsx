// From which stage to which: accounts that went on, fell back or stayed. A number lists its accounts.

import type { Journey } from "@/api/journeys";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { showCount } from "@/words/format";
import { stageWords } from "@/words/groups";
import { csvOf } from "@/words/listing";
import css from "./Funnel.module.css";
import type { FunnelSearch } from "./search";
import { type Flow, flowsOf } from "./stages";

interface Props {
  journey: Journey;
  from?: string;
  to?: string;
  onPut: (change: FunnelSearch) => void;
}

export function Flows({ journey, from, to, onPut }: Props) {
  const flows = flowsOf(journey);
  return (
    <Panel
      title="Flows"
      note="From the stage at the beginning (down) to the one at the end (across). A number lists its accounts."
      actions={<TakeCsv name="flows" label="Flows" csv={() => csvOf(["stage_before", "stage", "accounts"], flows.flat().map((flow) => [flow.from, flow.to, flow.count]))} />}
    >
      <div className={css.scrolls} tabIndex={0} role="region" aria-label="Flows, scrolls">
        <table className={css.stages}>
          <thead>
            <tr>
              <th scope="col">From, to</th>
              {journey.stages.map((stage) => (
                <th key={stage.name} scope="col">
                  {stageWords(stage.name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {flows.map((row) => (
              <tr key={row[0]?.from}>
                <th scope="row">{stageWords(row[0]?.from ?? "")}</th>
                {row.map((flow) => (
                  <td key={flow.to}>
                    <FlowCell flow={flow} chosen={flow.from === from && flow.to === to} onPut={onPut} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.key}>Right of the diagonal they went on, left of it they fell back; on it they stayed, or came to be known there.</p>
    </Panel>
  );
}

function FlowCell({ flow, chosen, onPut }: { flow: Flow; chosen: boolean; onPut: (change: FunnelSearch) => void }) {
  if (flow.count === 0) return <span className="unseen">0</span>;
  if (flow.way === "stayed") return <span className={css.stayed}>{showCount(flow.count)}</span>;
  const words = `${showCount(flow.count)} ${flow.way === "on" ? "went on" : "fell back"} from ${stageWords(flow.from)} to ${stageWords(flow.to)}`;
  const choose = () => onPut({ from: chosen ? undefined : flow.from, to: chosen ? undefined : flow.to, way: undefined });
  return (
    <button type="button" className={css.flow} data-way={flow.way} aria-pressed={chosen} aria-label={`${words}. List them`} title={words} onClick={choose}>
      {showCount(flow.count)}
    </button>
  );
}
