// What is said once for the whole workspace, each with where it is said. It is read here, and written there.

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type Said, workspace } from "@/api/deliveries";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { momentText } from "@/words/periods";
import css from "./Settings.module.css";

export function Workspace() {
  const { data, error, refetch } = useQuery(workspace);
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} radius="lg" />;
  return (
    <div className={frame.columns}>
      <Panel title="Calendar and currency" note={`Said in ${data.file}, in the workspace's folder. What is changed there counts at once; currency and time zone from the next refresh on.`}>
        <Facts said={data.calendar} />
      </Panel>
      <Panel title="Data" note="What the figures stand on, and when it comes.">
        <Facts said={data.data} />
      </Panel>
      <Panel title="Definitions" note="Files of the workspace's folder; they count before those that come with accountlens.">
        <Facts said={data.definitions} />
      </Panel>
    </div>
  );
}

function Facts({ said }: { said: readonly Said[] }) {
  return (
    <dl className={css.said}>
      {said.map((one) => (
        <div key={one.label}>
          <dt>{one.label}</dt>
          <dd>
            {one.at ? momentText(one.at) : one.value} {one.where && <code>{one.where}</code>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
