// What is shown, to take away: a table as CSV, a chart as PNG.

import { Button } from "@mantine/core";
import { IconDownload, IconPhoto } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import type { ReactNode, RefObject } from "react";
import { takeAway } from "@/api/exports";
import { isSignedIn, session } from "@/api/session";
import { dateText, lastDay, periodLabel } from "@/words/periods";
import type { PageSearch } from "@/words/search";
import type { ChartHandle } from "./Chart";
import { picture } from "./picture";

interface Props {
  label: string; // read aloud: what is taken
  name: string; // of the file, without its ending
}

export function TakeCsv({ label, name, csv }: Props & { csv: () => string | Promise<string> }) {
  const take = async () => takeAway({ name: `${name}.csv`, title: label, content: await csv() });
  return <Take label={label} form="CSV" icon={<IconDownload size={14} aria-hidden />} take={take} />;
}

export function TakePng({ label, name, chart }: Props & { chart: RefObject<ChartHandle | null> }) {
  const source = useSource();
  const take = async () => {
    const address = chart.current?.png();
    if (address) await takeAway({ name: `${name}.png`, title: label, content: await picture(address, { title: label, source }) });
  };
  return <Take label={label} form="PNG" icon={<IconPhoto size={14} aria-hidden />} take={take} />;
}

/** What could not be taken says so in its place, and why on pointing at it. */
function Take({ label, form, icon, take }: { label: string; form: string; icon: ReactNode; take: () => Promise<void> }) {
  const { mutate, error } = useMutation({ mutationFn: take });
  const why = error ? `${label} was not taken as ${form}: ${error.message}` : undefined;
  return (
    <Button size="xs" variant="subtle" flex="none" color={why && "red"} leftSection={icon} onClick={() => mutate()} aria-label={why ?? `${label} as ${form}`} title={why}>
      {why ? `No ${form}` : form}
    </Button>
  );
}

/** What a picture stands on: whose data, until when, which period and filters the address says. */
function useSource(): string {
  const { data } = useQuery(session);
  const search = useRouterState({ select: (state) => state.matches.at(-1)?.search ?? {} }) as PageSearch;
  const person = data && isSignedIn(data) ? data : undefined;
  const snapshot = person?.snapshot;
  const filters = Object.entries(search.filters ?? {}).map(([name, values]) => `${name.replace(/_id$/, "").replaceAll("_", " ")}: ${values.join(", ")}`);
  return [person?.workspace.name, search.period && periodLabel(search.period), ...filters, search.where, snapshot && `data to ${dateText(lastDay(snapshot.as_of))}`, snapshot && `snapshot ${snapshot.id}`].filter(Boolean).join(" · ");
}
