// A target split over owners, tiers, months …: first shown with what is left over, then kept.

import { Button, Modal, NumberInput, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Over, splitTarget, type Target, TARGETS } from "@/api/targets";
import { type Column, DataTable } from "@/parts/DataTable";
import { FactList } from "@/parts/Interval";
import { ProblemView } from "@/parts/ProblemView";
import { counted, numberText, show, UNKNOWN } from "@/words/format";
import { editText } from "./amounts";
import { scopeText } from "./rows";
import css from "./Targets.module.css";

type How = "last-year" | "evenly" | "weights";
type Part = Awaited<ReturnType<typeof splitTarget>>["parts"][number];

const BELOW: Record<string, Over[]> = {
  company: ["team", "owner", "tier", "segment", "account"],
  team: ["owner", "account"],
  owner: ["account"],
  tier: ["account"],
  segment: ["account"],
  account: [],
};
const OVERS: Record<Over, string> = { team: "Teams", owner: "Owners", tier: "Tiers", segment: "Segments", account: "Accounts", month: "Months", quarter: "Quarters" };
const WITHIN: Record<string, Over[]> = { month: [], quarter: ["month"], year: ["quarter", "month"] };

interface Props {
  target: Target;
  title: string;
  usual?: Over;
  currency: string;
  onClose: () => void;
}

export function Cascade({ target, title, usual, currency, onClose }: Props) {
  const offered = [...(BELOW[target.scope.kind] ?? []), ...(WITHIN[target.period.grain] ?? [])];
  const [over, setOver] = useState<Over | undefined>(usual ?? offered[0]);
  const [how, setHow] = useState<How>("last-year");
  const [weights, setWeights] = useState<Record<string, number>>({});
  const queries = useQueryClient();
  const body = { over: over as Over, how, weights: how === "weights" ? weights : {}, among: [], note: "" };
  const ready = over !== undefined && (how !== "weights" || Object.values(weights).some((weight) => weight > 0));
  const shown = useQuery({
    queryKey: [TARGETS, "split", target.id, target.version, body],
    queryFn: () => splitTarget(target.id, { ...body, save: false }),
    enabled: ready,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
  });
  const members = useQuery({ queryKey: [TARGETS, "split", target.id, target.version, over, "evenly"], queryFn: () => splitTarget(target.id, { over: over as Over, how: "evenly", weights: {}, among: [], save: false, note: "" }), enabled: how === "weights" && over !== undefined, retry: false });
  const keep = useMutation({
    mutationFn: () => splitTarget(target.id, { ...body, save: true }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: [TARGETS] });
      onClose();
    },
  });
  const look = { unit: target.unit, currency };
  const told = ready ? shown.data : undefined;
  const given = told?.parts.filter((part) => part.value !== null).length ?? 0;
  return (
    <Modal opened onClose={onClose} size="xl" title={`Split: ${target.label} of ${title}`} closeButtonProps={{ "aria-label": "Close" }}>
      {offered.length === 0 ? (
        <p className="quiet">Nothing lies beneath this target.</p>
      ) : (
        <div className={css.form}>
          <div className={css.bar}>
            <Select label="Over" w={150} allowDeselect={false} data={offered.map((one) => ({ value: one, label: OVERS[one] }))} value={over ?? null} onChange={(value) => setOver((value ?? undefined) as Over | undefined)} />
            <div>
              <span className={css.label} id="split-how">
                How
              </span>
              <SegmentedControl
                aria-labelledby="split-how"
                value={how}
                onChange={(value) => setHow(value as How)}
                data={[
                  { value: "last-year", label: "As a year ago" },
                  { value: "evenly", label: "Evenly" },
                  { value: "weights", label: "By shares" },
                ]}
              />
            </div>
          </div>
          {how === "weights" && <Weights parts={members.data?.parts ?? []} over={over as Over} weights={weights} onPut={setWeights} />}
          {shown.error && ready && <ProblemView error={shown.error} />}
          {!told && ready && !shown.error && <Skeleton height={220} />}
          {told && !shown.error && (
            <>
              <DataTable label="What it would be" columns={columnsOf(told.over === "month" || told.over === "quarter", look)} count={told.parts.length} row={(index) => told.parts[index]} rowKey={(part) => `${scopeText(part.scope)} ${part.period.label}`} height={Math.min(320, (told.parts.length + 1) * 36 + 6)} />
              {told.adds_up && (
                <FactList
                  facts={[
                    ["Target", show(told.total, look)],
                    ["Given", show(told.given, look)],
                    ["Remainder", show(told.remainder, look)],
                    ["Elsewhere a year ago", told.elsewhere ? show(told.elsewhere, look) : ""],
                  ]}
                />
              )}
              {told.said.map((words) => (
                <p key={words} className="quiet">
                  {words}
                </p>
              ))}
            </>
          )}
          {keep.error && <ProblemView error={keep.error} />}
          <div className={css.foot}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={keep.isPending} disabled={!told || given === 0 || shown.isPlaceholderData || shown.error !== null} onClick={() => keep.mutate()}>
              Set {counted(given, "target")}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}

function columnsOf(spans: boolean, look: { unit: string; currency: string }): Column<Part>[] {
  return [
    { key: "name", title: spans ? "Period" : "Name", width: 180, cell: (part) => part.name },
    { key: "base", title: "A year ago", number: true, cell: (part) => show(part.base, look) },
    { key: "share", title: "Share", number: true, cell: (part) => (part.share === null ? UNKNOWN : numberText(part.share, { style: "percent", maximumFractionDigits: 1 })) },
    { key: "before", title: "Target so far", number: true, cell: (part) => (part.before === null ? UNKNOWN : editText(part.before, look.unit)) },
    { key: "value", title: "New target", number: true, cell: (part) => <b>{part.value === null ? "stays" : show(part.value, look)}</b> },
  ];
}

/** Shares as they are typed: what each has counts against the sum of all. */
function Weights({ parts, over, weights, onPut }: { parts: readonly Part[]; over: Over; weights: Record<string, number>; onPut: (weights: Record<string, number>) => void }) {
  const key = (part: Part) => (over === "month" || over === "quarter" ? part.period.label : (part.scope.value ?? ""));
  return (
    <div className={css.weights} role="group" aria-label="Shares">
      {parts.map((part) => (
        <NumberInput key={key(part)} size="xs" label={part.name} min={0} hideControls value={weights[key(part)] ?? ""} onChange={(value) => onPut(typeof value === "number" ? { ...weights, [key(part)]: value } : Object.fromEntries(Object.entries(weights).filter(([name]) => name !== key(part))))} />
      ))}
    </div>
  );
}
