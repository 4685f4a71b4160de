// What became of each sending: first what needs a look, each with its reason and what to do, then all.

import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { again, drop, problems, retry, type Sending, sent } from "@/api/deliveries";
import { type Column, DataTable } from "@/parts/DataTable";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { Tag } from "@/parts/Tag";
import { UNKNOWN } from "@/words/format";
import { momentText } from "@/words/periods";
import css from "./Settings.module.css";
import { isRetried, remedyOf, stateOf, zonedText } from "./words";

export function Sent({ zone }: { zone: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(sent);
  const { data: wrong } = useQuery(problems);
  if (error) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data || !wrong) return <Skeleton height={420} radius="lg" />;
  const lines = data.pages.flatMap((page) => page.sendings);
  const look = [...lines.filter(isRetried), ...wrong];
  return (
    <div className={css.stack}>
      {look.length > 0 && (
        <Panel title="Needs a look" note="Until it went out, or somebody leaves it at that.">
          <ul className={css.look}>
            {look.map((one) => (
              <Look key={one.id} one={one} zone={zone} />
            ))}
          </ul>
        </Panel>
      )}
      <Panel
        title="What was sent"
        note="The newest first."
        actions={
          hasNextPage && (
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show older
            </Button>
          )
        }
      >
        {lines.length === 0 ? <Empty small title="Nothing was sent yet" /> : <DataTable label="What was sent" columns={columnsOf(zone)} count={lines.length} row={(index) => lines[index]} rowKey={(one) => one.id} />}
      </Panel>
    </div>
  );
}

function Look({ one, zone }: { one: Sending; zone: string }) {
  const { label, tone } = stateOf(one);
  const send = useMutation({ mutationFn: () => retry({ id: one.id, evenIfSent: one.status === "unknown" }), onSettled: again });
  const leave = useMutation({ mutationFn: () => drop(one.id), onSettled: again });
  const problem = send.error ?? leave.error;
  const sendAgain = one.status === "unknown" ? "It did not come, send again" : "Send again";
  const canSend = one.status === "failed" || one.status === "unknown";
  return (
    <li>
      <p>
        <b>{one.name}</b> <Tag tone={tone}>{label}</Tag> <span className="quiet">{one.status === "skipped" ? "" : `to ${one.who} `}by {one.channel}, due {zonedText(one.due_at, zone)}</span>
      </p>
      {one.detail && <p className={css.reason}>{one.detail}</p>}
      <p className="quiet">
        {remedyOf(one)} {isRetried(one) && one.next_try_at && `Next: ${zonedText(one.next_try_at, zone)}.`}
      </p>
      {problem && <ProblemView error={problem} />}
      <div className={css.doings}>
        {canSend && (
          <Button size="xs" variant="default" aria-label={`${sendAgain}: “${one.name}”`} loading={send.isPending} onClick={() => send.mutate()}>
            {sendAgain}
          </Button>
        )}
        {!isRetried(one) && (
          <Button size="xs" variant="subtle" aria-label={`Leave it at that: “${one.name}”`} loading={leave.isPending} onClick={() => leave.mutate()}>
            Leave it at that
          </Button>
        )}
      </div>
    </li>
  );
}

const columnsOf = (zone: string): Column<Sending>[] => [
  { key: "due", title: "Due", width: 150, cell: (one) => <span title={`${momentText(one.due_at)} here`}>{zonedText(one.due_at, zone)}</span> },
  { key: "name", title: "Delivery", width: 180, cell: (one) => one.name },
  { key: "who", title: "To", width: 200, cell: (one) => <span title={one.who}>{one.who}</span> },
  { key: "by", title: "By", width: 90, cell: (one) => one.channel },
  { key: "state", title: "Outcome", width: 130, cell: (one) => <Tag tone={stateOf(one).tone}>{stateOf(one).label}</Tag> },
  { key: "said", title: "Said", width: 240, about: "What the receiver said, or why it came to nothing", cell: (one) => <span title={one.detail}>{one.detail || UNKNOWN}</span> },
];
