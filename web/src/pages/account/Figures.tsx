// Every figure of the account beside its peers: value, change, twelve months, and where it stands among accounts like it.

import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, useMemo } from "react";
import { type Head, type Peer, peersOf } from "@/api/accounts";
import { answerOf, catalog, type KpiShort } from "@/api/queries";
import { BenchmarkNotes, useBenchmarks } from "@/parts/Benchmarks";
import { Change } from "@/parts/Change";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Interval } from "@/parts/Interval";
import { ProblemView } from "@/parts/ProblemView";
import { Spark } from "@/parts/Spark";
import { type There, ThereNote } from "@/parts/There";
import { lineOf, seriesAt, totalOf } from "@/words/answer";
import { show } from "@/words/format";
import { lack } from "@/words/lacking";
import { periodName, PERIODS } from "@/words/periods";
import { whereOf } from "@/words/search";
import css from "./Account.module.css";
import { by } from "./Glance";
import { attributesOf, circleOf, figureOf, rankOf, spanWords, toneOf } from "./telling";

interface Props {
  head: Head;
  period: string;
  onPeriod: (period: string) => void;
  there: There;
}

const COURSE = "last-12-months";

export function Figures({ head, period, onPeriod, there }: Props) {
  const peers = useQuery(peersOf(String(head.account.account_id), period, there.on));
  const { data: all } = useQuery(catalog);
  const asked = peers.data?.kpis.filter((peer) => peer.value !== null).map((peer) => peer.kpi) ?? [];
  const courses = useQuery({ ...answerOf({ kpis: asked, period: COURSE, grain: "month", where: whereOf(undefined, by(head)) }), enabled: asked.length > 0 });
  const course = (kpi: string) => {
    const series = courses.data && !courses.isPlaceholderData ? seriesAt(courses.data, asked, kpi) : undefined;
    return series && courses.data ? { values: lineOf(courses.data, series, totalOf(courses.data)), words: courses.data.periods.map((one) => periodName(one)) } : undefined;
  };
  const known = peers.data?.kpis.filter((peer) => peer.value !== null) ?? [];
  const unknown = peers.data?.kpis.filter((peer) => peer.value === null).map((peer) => peer.label) ?? [];
  const lacks = peers.data?.needs.map((need) => lack(need.lacks)) ?? [];
  const attributes = useMemo(() => attributesOf(head), [head]);
  const offered = PERIODS.some((one) => one.value === period) ? PERIODS : [{ value: period, label: spanWords(period) }, ...PERIODS];
  return (
    <>
      <div className={css.bar}>
        <Select aria-label="Period" w={170} data={offered.map(({ value, label }) => ({ value, label }))} value={period} onChange={(period) => period && onPeriod(period)} />
        <p className="quiet">Against the period before, and beside the smallest group of at least {peers.data?.least ?? 5} accounts like it.</p>
      </div>
      {peers.error && <ProblemView error={peers.error} retry={() => void peers.refetch()} there={there.ask} />}
      <ThereNote there={there} waits={!peers.data || peers.isPlaceholderData} />
      {!peers.data && !peers.error && <Skeleton height={420} radius="lg" />}
      {peers.data && known.length === 0 && <Empty title="No figure is known in this period">Choose a longer one.</Empty>}
      <div className={css.figures}>
        {known.map((peer) => (
          <Card key={peer.kpi} peer={peer} head={head} kpi={all?.kpis.find((kpi) => kpi.name === peer.kpi)} course={course(peer.kpi)} attributes={attributes} />
        ))}
      </div>
      {unknown.length > 0 && <p className={css.need}>Unknown in this period: {unknown.join(", ")}.</p>}
      {lacks.length > 0 && <p className={css.need}>More figures are told with {lacks.join(", ")}: add such tables to a source, or map them; then refresh.</p>}
    </>
  );
}

interface Course {
  values: (number | null)[];
  words: string[];
}

interface CardProps {
  peer: Peer;
  head: Head;
  kpi: KpiShort | undefined;
  course: Course | undefined;
  attributes: Record<string, string[]>;
}

function Card({ peer, head, kpi, course, attributes }: CardProps) {
  const look = { unit: peer.unit, currency: head.currency };
  const beside = useBenchmarks(peer.kpi, look, attributes);
  const figure = figureOf(head, peer.kpi);
  const text = show(peer.value, look, true);
  const door = (
    <Door kpi={peer.kpi} period={head.period} by={by(head)} className={css.big} label={`${peer.label}: ${text}. Explain`}>
      {text}
    </Door>
  );
  return (
    <article className={`card ${css.figure}`} aria-label={peer.label}>
      <h3 title={kpi?.asks}>{peer.label}</h3>
      <div className={css.row}>
        {figure ? (
          <Interval figure={figure}>
            <span>{door}</span>
          </Interval>
        ) : (
          door
        )}
        {figure && <Change figure={figure} word="previous" good={kpi?.good} />}
      </div>
      <div className={css.spark}>
        {course ? <Spark values={course.values} label={`${peer.label} by month, ${course.words[0]} to ${course.words.at(-1)}`} width={220} height={34} lines={beside.flatMap(({ at }) => at)} /> : <Skeleton height={34} />}
      </div>
      <Standing peer={peer} look={look} />
      <p className={css.among}>
        <BenchmarkNotes all={beside} />
      </p>
    </article>
  );
}

function Standing({ peer, look }: { peer: Peer; look: { unit: string; currency: string } }) {
  const rank = rankOf(peer);
  if (!rank) return <p className={css.among}>No group of accounts like it is large enough.</p>;
  const tone = toneOf(peer, rank);
  return (
    <div className={css.among}>
      <span className={css.scale} aria-hidden style={{ "--at": `${rank.better}%` } as CSSProperties} data-meaning={tone} />
      <b data-meaning={tone}>{rank.words}</b> of {circleOf(peer)}; median {show(peer.median, look, true)}
    </div>
  );
}
