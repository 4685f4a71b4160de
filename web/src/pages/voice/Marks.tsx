// How often each mark from 0 to 10 was given: a score of 30 can be mild people or two camps.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { CSSProperties } from "react";
import type { Need } from "@/api/accounts";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { TakeCsv } from "@/parts/Take";
import type { Asked } from "@/shell/filter";
import { counted, show, showCount } from "@/words/format";
import { csvOf } from "@/words/listing";
import { countOf, type Kind, kindOf, type Mark, marksIn } from "./hearing";
import { marksOf } from "./questions";
import css from "./Voice.module.css";

const KINDS: { kind: Kind; label: string; marks: string }[] = [
  { kind: "detractor", label: "Detractors", marks: "0 – 6" },
  { kind: "passive", label: "Passives", marks: "7 – 8" },
  { kind: "promoter", label: "Promoters", marks: "9 – 10" },
];

export function Marks({ filter, unasked }: { filter: Asked; unasked?: Need }) {
  const { data: answer, error, refetch, isPlaceholderData } = useQuery(marksOf(filter));
  const marks = answer && marksIn(answer);
  const all = marks ? countOf(marks) : 0;
  const csv = () => csvOf(["mark", "kind", "answers"], (marks ?? []).map(({ mark, count }) => [mark, kindOf(mark), count]));
  return (
    <Panel
      title="Marks given"
      note={all > 0 ? `How likely ${counted(all, "person", "people")} would recommend us, from 0 to 10.` : "How likely people would recommend us, from 0 to 10."}
      actions={all > 0 && <TakeCsv label="Marks given" name="nps-marks" csv={csv} />}
    >
      {error ? (
        <ProblemView error={error} retry={() => void refetch()} />
      ) : !marks ? (
        <Skeleton height={334} />
      ) : all === 0 ? (
        <Empty small title={unasked ? "Nobody was asked yet" : "No answers in this time"}>{unasked?.mend ?? "Choose a longer period, or fewer filters."}</Empty>
      ) : (
        <div data-fading={isPlaceholderData || undefined} className={frame.fades}>
          <Columns marks={marks} />
          <dl className={css.kinds}>
            {KINDS.map(({ kind, label, marks: told }) => (
              <div key={kind} data-kind={kind} style={{ flexGrow: kind === "detractor" ? 7 : 2 }}>
                <dt>
                  {label} <small>{told}</small>
                </dt>
                <dd>
                  <b className="numbers">{show(countOf(marks, kind) / all, { unit: "fraction" })}</b> <span className="numbers">{showCount(countOf(marks, kind))}</span>
                </dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Panel>
  );
}

function Columns({ marks }: { marks: readonly Mark[] }) {
  const most = Math.max(...marks.map((one) => one.count));
  return (
    <ol className={css.marks} aria-label="Answers by mark">
      {marks.map((one) => (
        <li key={one.mark} data-kind={kindOf(one.mark)}>
          <Count mark={one} />
          <i style={{ "--tall": one.count / most } as CSSProperties} aria-hidden />
          <span aria-hidden>{one.mark}</span>
        </li>
      ))}
    </ol>
  );
}

function Count({ mark: { mark, count, ids } }: { mark: Mark }) {
  const words = `Mark ${mark}: ${counted(count, "answer")}`;
  if (ids.length !== 1) return <span aria-label={words} role="img">{showCount(count)}</span>;
  return (
    <Door kpi="nps" by={{ score: ids[0] as string }} label={`${words}. Explain`}>
      {showCount(count)}
    </Door>
  );
}
