// The channels: which there are, what they lack, whether they work; and how one is added.

import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type Channel, testChannel, ways } from "@/api/deliveries";
import { Empty } from "@/parts/Empty";
import frame from "@/parts/Frame.module.css";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import css from "./Settings.module.css";
import { channelWords } from "./words";

export function Channels() {
  const { data, error, refetch } = useQuery(ways);
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} radius="lg" />;
  return (
    <div className={frame.columns}>
      <Panel title="Channels" note={`Written in ${data.file}, because they hold addresses and name secrets. No address or secret is shown here.`}>
        {data.faults.map((fault) => (
          <p key={fault} role="alert" className={css.bad}>
            {fault}
          </p>
        ))}
        {data.faults.length > 0 && <p className="quiet">Until that is mended nothing is sent by any channel.</p>}
        {data.channels.length === 0 && data.faults.length === 0 && (
          <Empty small title="No channel yet">
            A folder is the quickest: it needs no server and no secret.
          </Empty>
        )}
        <ul className={css.look}>
          {data.channels.map((one) => (
            <One key={one.name} one={one} />
          ))}
        </ul>
      </Panel>
      <Panel title="How to add one" note={`Whoever runs the server writes it into ${data.file}; it counts at once.`}>
        {data.channel_kinds.map((kind) => (
          <div key={kind.type} className={css.kind}>
            <h3>{channelWords(kind.type)}</h3>
            <p className="quiet">{kind.about}</p>
            {kind.example && (
              <pre tabIndex={0} aria-label={`Example of ${channelWords(kind.type)}`}>
                {`delivery:\n  channels:\n${kind.example.replace(/^/gm, "    ")}`}
              </pre>
            )}
          </div>
        ))}
        <p className="quiet">
          What stands in {"${…}"} is the name of a secret: set it in the environment of the server, or write <code>NAME=…</code> into <code>secrets.env</code> of the workspace.
        </p>
      </Panel>
    </div>
  );
}

function One({ one }: { one: Channel }) {
  const test = useMutation({ mutationFn: () => testChannel(one.name) });
  const found = test.data;
  const words = one.addressed ? "Send a test message to me" : "Send a test message";
  return (
    <li>
      <p>
        <b>{one.name}</b> <Tag>{channelWords(one.type)}</Tag> {one.lacks.length > 0 && <Tag tone="bad">lacks something</Tag>}
      </p>
      <p className="quiet">
        {one.addressed ? "To each recipient" : "To one place"}, {one.once ? "at most once: what may have arrived is not sent again by itself" : "at least once: sent again until it arrives, with the same key"}
      </p>
      {one.lacks.map((lack) => (
        <p key={lack} className={css.bad}>
          {lack}
        </p>
      ))}
      <div className={css.doings}>
        <Button size="xs" variant="default" loading={test.isPending} aria-label={`${words} by ${one.name}`} onClick={() => test.mutate()}>
          {words}
        </Button>
      </div>
      <div role="status">
        {found && (
          <p className={found.status === "sent" ? css.good : css.bad}>
            {found.status === "sent" ? `It went out${found.to && ` to ${found.to}`}.` : found.status === "failed" ? "It did not arrive." : "It may have arrived, or not."} {found.said}
          </p>
        )}
      </div>
      {test.error && <ProblemView error={test.error} />}
    </li>
  );
}
