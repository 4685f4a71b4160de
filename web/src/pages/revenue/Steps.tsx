// Period by period, from opening to closing; every number explains itself.

import type { Step } from "@/api/journeys";
import { type Column, DataTable } from "@/parts/DataTable";
import { Door } from "@/parts/Door";
import { Panel } from "@/parts/Page";
import { TakeCsv } from "@/parts/Take";
import { show, signedValue } from "@/words/format";
import { csvOf } from "@/words/listing";
import { periodAsked, periodName, spanText } from "@/words/periods";
import { type BarName, dayBefore, KPI_OF, LABELS, MOVED, movedIn } from "./waterfall";

const ABOUT: Partial<Record<BarName, string>> = {
  fx: "What exchange rates alone moved",
  regrouped: "What accounts brought and took that came into the filter or left it, by another tier or owner",
};

interface Props {
  steps: readonly Step[];
  whole: Step;
  currency: string;
}

export function Steps({ steps, whole, currency }: Props) {
  const shown: BarName[] = ["opening", ...movedIn(whole), "closing"];
  const lines = [whole, ...steps];
  const nameOf = (step: Step) => (step === whole ? spanText(step) : periodName(step));
  const columns: Column<Step>[] = [
    { key: "period", title: "Period", width: 130, cell: (step) => (step.partial && step !== whole ? `${nameOf(step)} so far` : nameOf(step)) },
    ...shown.map((name): Column<Step> => ({ key: name, title: LABELS[name], about: ABOUT[name], number: true, width: 100, cell: (step) => <Amount step={step} name={name} currency={currency} of={nameOf(step)} /> })),
  ];
  const csv = () => csvOf(["period", "first_day", "last_day", "opening", ...MOVED, "closing"], steps.map((step) => [step.label, step.start, dayBefore(step.end), step.opening, ...MOVED.map((name) => step[name]), step.closing]));
  return (
    <Panel title="Period by period" note="Opening and all movements are closing. Each number opens its explanation." actions={<TakeCsv name="revenue-movements" label="Period by period" csv={csv} />}>
      <DataTable label="Period by period" columns={columns} count={lines.length} row={(index) => lines[index]} rowKey={(step) => `${step.start} ${step === whole}`} isTotal={(step) => step === whole} />
    </Panel>
  );
}

function Amount({ step, name, currency, of }: { step: Step; name: BarName; currency: string; of: string }) {
  const look = { unit: "money", currency };
  const level = name === "opening" || name === "closing";
  const text = level ? show(step[name], look, true) : signedValue(step[name], look);
  const kpi = KPI_OF[name];
  if (!kpi) return <>{text}</>;
  const day = dayBefore(step.start); // opening is what the day before closed with
  return (
    <Door kpi={kpi} period={name === "opening" ? `${day}..${day}` : periodAsked(step)} label={`${LABELS[name]}, ${of}: ${text}. Explain`}>
      {text}
    </Door>
  );
}
