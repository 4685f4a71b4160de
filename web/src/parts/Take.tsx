// What is shown, to take away: a table as CSV, a chart as PNG.

import { Button } from "@mantine/core";
import { IconDownload, IconPhoto } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import type { RefObject } from "react";
import { isSignedIn, session } from "@/api/session";
import { download } from "@/words/listing";
import { dateText, lastDay, periodLabel } from "@/words/periods";
import type { PageSearch } from "@/words/search";
import type { ChartHandle } from "./Chart";
import { picture } from "./picture";

interface Props {
  label: string; // read aloud: what is taken
  name: string; // of the file, without its ending
}

export function TakeCsv({ label, name, csv }: Props & { csv: () => string | Promise<string> }) {
  const take = async () => download(`${name}.csv`, await csv());
  return (
    <Button size="xs" variant="subtle" flex="none" leftSection={<IconDownload size={14} aria-hidden />} onClick={() => void take()} aria-label={`${label} as CSV`}>
      CSV
    </Button>
  );
}

export function TakePng({ label, name, chart }: Props & { chart: RefObject<ChartHandle | null> }) {
  const source = useSource();
  const take = async () => {
    const address = chart.current?.png();
    if (address) download(`${name}.png`, await picture(address, { title: label, source }));
  };
  return (
    <Button size="xs" variant="subtle" flex="none" leftSection={<IconPhoto size={14} aria-hidden />} onClick={() => void take()} aria-label={`${label} as PNG`}>
      PNG
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
