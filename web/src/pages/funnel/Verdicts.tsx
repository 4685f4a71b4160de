// In one glance: how many went on, how many fell back, where the way is narrow and where it is slow.

import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import type { Journey, Stage } from "@/api/journeys";
import { counted, show, showCount } from "@/words/format";
import { stageWords } from "@/words/groups";
import css from "./Funnel.module.css";
import type { FunnelSearch } from "./search";
import { ENOUGH, narrowest, slowest } from "./stages";

interface Props {
  journey?: Journey; // absent while it loads
  onPut: (change: FunnelSearch) => void;
}

export function Verdicts({ journey, onPut }: Props) {
  if (!journey)
    return (
      <div className={css.verdicts}>
        {["on", "back", "narrow", "slow"].map((name) => (
          <Skeleton key={name} height={127} radius="lg" />
        ))}
      </div>
    );
  const [narrow, slow] = [narrowest(journey.stages), slowest(journey.stages)];
  const list = (way: "on" | "back") => onPut({ way, from: undefined, to: undefined });
  const cohorts = (stage: Stage) => (
    <button type="button" onClick={() => onPut({ stage: stage.name })}>
      Its cohorts
    </button>
  );
  return (
    <div className={css.verdicts}>
      <Verdict title="Went on" figure={showCount(journey.progressed)}>
        Accounts further at the end than at the beginning. <button type="button" onClick={() => list("on")}>Show them</button>
      </Verdict>
      <Verdict title="Fell back" figure={showCount(journey.fell_back)}>
        Accounts in an earlier stage than before. <button type="button" onClick={() => list("back")}>Show them</button>
      </Verdict>
      <Verdict title="Fewest go on from" figure={narrow ? stageWords(narrow.name) : "–"}>
        {narrow ? (
          <>
            {showCount(narrow.went_on)} of {counted(narrow.entered, "account")} that rose into it, {show(narrow.conversion, { unit: "fraction" })}, have gone further. {cohorts(narrow)}
          </>
        ) : (
          journey.stages.some((stage) => stage.conversion === 1 && stage.entered >= ENOUGH) ? `From each stage that ${ENOUGH} accounts or more rose into, all have gone on.` : `No stage was entered by ${ENOUGH} accounts or more.`
        )}
      </Verdict>
      <Verdict title="It takes longest from" figure={slow ? stageWords(slow.name) : "–"}>
        {slow ? (
          <>
            Half of the {counted(slow.went_on, "account")} that went on took {show(slow.median_days, { unit: "days" })} or more. {cohorts(slow)}
          </>
        ) : (
          `From no stage ${ENOUGH} accounts or more have gone on.`
        )}
      </Verdict>
    </div>
  );
}

function Verdict({ title, figure, children }: { title: string; figure: string; children: ReactNode }) {
  return (
    <section className={`card ${css.verdict}`} aria-label={title}>
      <h2>{title}</h2>
      <b>{figure}</b>
      <p>{children}</p>
    </section>
  );
}
