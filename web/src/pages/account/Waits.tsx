// A panel that waits for its answer in its final size.

import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";

interface Asked {
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

interface Props {
  title: string;
  note?: string;
  asked: Asked;
  height: number;
  there?: (engine: string) => void;
  children: ReactNode;
}

export function Waits({ title, note, asked, height, there, children }: Props) {
  return (
    <Panel title={title} note={note}>
      {asked.error ? <ProblemView error={asked.error} retry={() => void asked.refetch()} there={there} /> : asked.isPending ? <Skeleton height={height} /> : children}
    </Panel>
  );
}
