// Every stage: how many stood there at both ends, how many rose into it and how many of these have gone on.

import type { Journey, Stage } from "@/api/journeys";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { TakeCsv, TakePng } from "@/parts/Take";
import { show, showCount, signedValue, UNKNOWN } from "@/words/format";
import { stageWords } from "@/words/groups";
import { csvOf } from "@/words/listing";
import { dateText, lastDay } from "@/words/periods";
import { Needs } from "../account/Needs";
import { stagesDrawing } from "./draw";
import css from "./Funnel.module.css";
import type { FunnelSearch } from "./search";
import { narrowest } from "./stages";

const NOT_NARROWED = { words: [] }; // whose picture tells both days

interface Props {
  journey: Journey;
  onPut: (change: FunnelSearch) => void;
}

export function StagesPanel({ journey, onPut }: Props) {
  const { stages } = journey;
  const most = Math.max(1, ...stages.flatMap((stage) => [stage.before, stage.after]));
  const narrow = narrowest(stages);
  return (
    <Panel
      title="Stages"
      note="Accounts at both ends; of those that rose into a stage, how many have stood further since, up to now."
      actions={
        <div className={frame.takes}>
          <TakePng name="stages" label="Stages" stands={NOT_NARROWED} drawings={[stagesDrawing(journey)]} />
          <TakeCsv name="stages" label="Stages" csv={() => csvOf(HEADER, stages.map(line))} />
        </div>
      }
    >
      <div className={css.scrolls} tabIndex={0} role="region" aria-label="Stages, scrolls">
        <table className={css.stages}>
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" className={css.bars}>
                <span className="unseen">Size</span>
              </th>
              <th scope="col">{dateText(lastDay(journey.start))}</th>
              <th scope="col">{dateText(lastDay(journey.end))}</th>
              <th scope="col">Rose into it</th>
              <th scope="col">Went on</th>
              <th scope="col">Median days</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <tr key={stage.name} data-named={stage === narrow || undefined}>
                <th scope="row">{stageWords(stage.name)}</th>
                <td className={css.bars}>
                  <span className={css.bar} data-when="before" style={{ width: `${(stage.before / most) * 100}%` }} />
                  <span className={css.bar} style={{ width: `${(stage.after / most) * 100}%` }} />
                </td>
                <td>{stage.known ? showCount(stage.before) : UNKNOWN}</td>
                {stage.known ? <After stage={stage} onPut={onPut} /> : <td>{UNKNOWN}</td>}
                <td>{stage.place === 0 ? "" : stage.known ? showCount(stage.entered) : UNKNOWN}</td>
                <td>{conversionText(stage)}</td>
                <td>{stage.median_days === null ? "" : show(stage.median_days, { unit: "count" })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.key}>
        <span>
          <i data-when="before" />
          at the beginning
        </span>
        <span>
          <i />
          at the end
        </span>
        {narrow && <span>{stageWords(narrow.name)}: fewest go on</span>}
      </p>
      {journey.needs.length > 0 && (
        <div className={frame.needs}>
          <Needs needs={journey.needs} />
        </div>
      )}
    </Panel>
  );
}

function After({ stage, onPut }: { stage: Stage; onPut: Props["onPut"] }) {
  return (
    <td title={`${signedValue(stage.after - stage.before, { unit: "count" })} against the beginning`}>
      <button type="button" className={css.link} onClick={() => onPut({ to: stage.name, from: undefined, way: undefined, sort: "-days" })} aria-label={`${stageWords(stage.name)}: ${stage.after} at the end. Show those that came into it`}>
        {showCount(stage.after)}
      </button>
    </td>
  );
}

const HEADER = ["stage", "before", "after", "entered", "went_on", "conversion", "median_days"];

const line = (stage: Stage) => !stage.known ? [stage.name, null, null, null, null, null, null] : [stage.name, stage.before, stage.after, stage.entered, stage.went_on, stage.conversion, stage.median_days];

function conversionText(stage: Stage): string {
  if (stage.place === 0 || stage.last) return "";
  return stage.conversion === null ? "–" : `${showCount(stage.went_on)} (${show(stage.conversion, { unit: "fraction" })})`;
}
