// Where the account stands out among accounts like it: the few figures to know, with medians and benchmarks.

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Head, type Peer, peersOf } from "@/api/accounts";
import { benchmarks } from "@/api/benchmarks";
import { BenchmarkNotes, useBenchmarks } from "@/parts/Benchmarks";
import { Door } from "@/parts/Door";
import type { There } from "@/parts/There";
import { fitting } from "@/words/benchmarks";
import { show } from "@/words/format";
import css from "./Account.module.css";
import { by } from "./Glance";
import { attributesOf, circleOf, outstanding, rankOf, spanWords, toneOf } from "./telling";
import { Waits } from "./Waits";

const MOST = 6;

export function Beside({ head, there }: { head: Head; there: There }) {
  const asked = useQuery(peersOf(String(head.account.account_id), head.period, there.on));
  const { data: elsewhere } = useQuery(benchmarks);
  const attributes = useMemo(() => attributesOf(head), [head]);
  const compared = (kpi: string) => fitting(elsewhere?.benchmarks[kpi] ?? [], attributes, []).length > 0;
  const shown = outstanding(asked.data?.kpis ?? [], compared, MOST);
  return (
    <Waits title="Beside accounts like it" note={`${spanWords(head.period)}; where it stands out most.`} asked={asked} there={there.ask} height={190}>
      {shown.length === 0 && <p className="quiet">No group of accounts like it is large enough.</p>}
      <ul className={css.beside}>
        {shown.map((peer) => (
          <Line key={peer.kpi} peer={peer} head={head} attributes={attributes} />
        ))}
      </ul>
    </Waits>
  );
}

function Line({ peer, head, attributes }: { peer: Peer; head: Head; attributes: Record<string, string[]> }) {
  const look = { unit: peer.unit, currency: head.currency };
  const beside = useBenchmarks(peer.kpi, look, attributes);
  const rank = rankOf(peer);
  const text = show(peer.value, look, true);
  return (
    <li>
      <span>{peer.label}</span>
      <Door kpi={peer.kpi} period={head.period} by={by(head)} className="numbers" label={`${peer.label}: ${text}. Explain`}>
        {text}
      </Door>
      <p>
        {rank && (
          <>
            <b data-meaning={toneOf(peer, rank)}>{rank.words}</b> of {circleOf(peer)}; median <span className="numbers">{show(peer.median, look, true)}</span>
          </>
        )}{" "}
        <BenchmarkNotes all={beside} />
      </p>
    </li>
  );
}
