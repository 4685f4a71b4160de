// The benchmarks of a KPI: all of them with their source; added and removed by whoever defines KPIs.

import { Button, NumberInput, TextInput } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { benchmarks, keepBenchmarks } from "@/api/benchmarks";
import type { Definition } from "@/api/queries";
import { session } from "@/api/session";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { type Benchmark, told } from "@/words/benchmarks";
import { dateText } from "@/words/periods";
import css from "./Catalog.module.css";

export function Benchmarks({ kpi, currency }: { kpi: Definition; currency?: string }) {
  const { data } = useQuery(benchmarks);
  const { data: here } = useQuery(session);
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: (kept: Benchmark[]) => keepBenchmarks(kpi.name, kept),
    onSuccess: () => queries.invalidateQueries({ queryKey: benchmarks.queryKey }),
  });
  const all = data?.benchmarks[kpi.name] ?? [];
  const may = here?.rights.includes("define_kpis");
  if (!may && all.length === 0) return null;
  return (
    <Panel title="Benchmarks" note="Figures from elsewhere, as dashed lines on charts; never mixed with those of your peers.">
      {data?.faults.map((fault) => (
        <p key={fault} role="alert">
          {fault}
        </p>
      ))}
      <ul className={css.plain} aria-label="Benchmarks kept">
        {all.map((one, place) => {
          const { about, text } = told(one, { unit: kpi.unit, currency });
          return (
            <li key={`${about}${text}`}>
              <b className="numbers">{text}</b>, {one.url ? <a href={one.url} target="_blank" rel="noopener noreferrer">{about}</a> : about}, {dateText(one.dated)}
              {may && (
                <Button variant="subtle" color="gray" size="compact-xs" aria-label={`Remove the benchmark of ${about}`} onClick={() => keep.mutate(all.filter((_, other) => other !== place))}>
                  <IconX size={13} aria-hidden />
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {keep.error && <ProblemView error={keep.error} />}
      {may && <Add key={all.length} unit={kpi.unit} pending={keep.isPending} onAdd={(one) => keep.mutate([...all, one])} />}
    </Panel>
  );
}

function Add({ unit, pending, onAdd }: { unit: string; pending: boolean; onAdd: (one: Benchmark) => void }) {
  const [low, setLow] = useState<number | string>("");
  const [high, setHigh] = useState<number | string>("");
  const [source, setSource] = useState("");
  const [url, setUrl] = useState("");
  const [dated, setDated] = useState("");
  const share = unit === "fraction";
  const figure = (typed: number | string) => (typeof typed === "number" ? (share ? typed / 100 : typed) : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [from, to] = [figure(low), figure(high)];
    const range = from === to || to === null ? { value: from } : { low: from, high: to };
    onAdd({ ...range, source: source.trim(), url: url.trim() || null, dated, only: {} });
  };
  const words = share ? "%" : unit.replaceAll("_", " ");
  return (
    <form onSubmit={submit} className={css.benchmark}>
      <NumberInput label={`Value, or from (${words})`} value={low} onChange={setLow} hideControls />
      <NumberInput label={`To (${words})`} value={high} onChange={setHigh} hideControls />
      <TextInput label="Source" placeholder="Survey 2025, 312 companies" maxLength={200} value={source} onChange={(event) => setSource(event.currentTarget.value)} />
      <TextInput label="Address" placeholder="https://…" type="url" value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
      <TextInput label="As of" type="date" value={dated} onChange={(event) => setDated(event.currentTarget.value)} />
      <Button type="submit" variant="default" loading={pending} disabled={typeof low !== "number" || !source.trim() || !dated}>
        Add
      </Button>
    </form>
  );
}
