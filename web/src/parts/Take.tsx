// What is shown, to take away: a table as CSV, a chart as PNG.

import { Button } from "@mantine/core";
import { IconDownload, IconPhoto } from "@tabler/icons-react";
import type { RefObject } from "react";
import { download } from "@/words/listing";
import type { ChartHandle } from "./Chart";

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
  const take = async () => {
    const address = chart.current?.png();
    if (address) download(`${name}.png`, await (await fetch(address)).blob());
  };
  return (
    <Button size="xs" variant="subtle" flex="none" leftSection={<IconPhoto size={14} aria-hidden />} onClick={() => void take()} aria-label={`${label} as PNG`}>
      PNG
    </Button>
  );
}
