// What moved most among the cards, and which accounts moved it.

import { Skeleton } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type Moves, movesOf } from "@/api/queries";
import { AccountLink } from "@/parts/AccountLink";
import { Door } from "@/parts/Door";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { ProblemView } from "@/parts/ProblemView";
import { type Asked, conditions } from "@/shell/filter";
import { type Good, MEANS, meaningOf } from "@/words/change";
import { showChange, signedValue } from "@/words/format";
import { plainKpi } from "@/words/search";
import css from "./Panels.module.css";

type Move = Moves["kpis"][number];
type Mover = Move["up"][number];

const SHOWN = 3;
const EACH = 3; // accounts up, and as many down

/** Those that moved beyond chance first, then by how much of themselves they moved; what did not move is left out. */
export function mostMoved(moves: readonly Move[], most: number): Move[] {
  const size = (move: Move) => Math.abs((move.change ?? 0) / (move.before || 1));
  return moves
    .filter((move) => move.change !== null && move.change !== 0 && move.up.length + move.down.length > 0)
    .sort((a, b) => Number(b.beyond_noise ?? true) - Number(a.beyond_noise ?? true) || size(b) - size(a))
    .slice(0, most);
}

interface Props {
  cards: readonly string[];
  filter: Asked;
  currency: string;
  asks: boolean; // not before the figures are there: those come first
}

export function Moved({ cards, filter, currency, asks }: Props) {
  const kpis = [...new Set(cards.map(plainKpi))].slice(0, 20);
  const { data, error, refetch } = useQuery({ ...movesOf({ kpis, period: filter.period, where: conditions(filter), top: EACH }), enabled: asks });
  const moves = data && mostMoved(data.kpis, SHOWN);
  return (
    <Panel title="What moved most" note="Against the period before, and the accounts behind it.">
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!moves && !error && <Skeleton height={420} />}
      {moves?.length === 0 && <Empty small title="Nothing moved">No card changed by single accounts in this period.</Empty>}
      {moves?.map((move) => (
        <KpiMove key={move.kpi} move={move} currency={currency} />
      ))}
    </Panel>
  );
}

function KpiMove({ move, currency }: { move: Move; currency: string }) {
  const look = { unit: move.unit, currency };
  const meaning = meaningOf(move.change, move.good as Good);
  return (
    <article className={css.move} aria-label={move.label}>
      <header>
        <Door kpi={move.kpi} label={`${move.label}. Explain`}>
          <h3>{move.label}</h3>
        </Door>
        <span className={css.meaning} data-meaning={meaning}>
          {showChange(move.change, move.before, look)} {MEANS[meaning]}
        </span>
        {move.beyond_noise === false && <span className={css.noise}>may be chance</span>}
      </header>
      <div className={css.movers}>
        <Movers movers={move.up} up look={look} />
        <Movers movers={move.down} look={look} />
      </div>
    </article>
  );
}

function Movers({ movers, up, look }: { movers: readonly Mover[]; up?: boolean; look: { unit: string; currency: string } }) {
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  return (
    <ul aria-label={up ? "Raised it" : "Lowered it"}>
      {movers.map((mover) => (
        <li key={mover.account_id}>
          <Arrow size={14} aria-hidden />
          <AccountLink id={mover.account_id} name={mover.name} />
          <span className="numbers">{look.unit === "fraction" ? showChange(mover.contribution, null, look) : signedValue(mover.contribution, look)}</span>
        </li>
      ))}
    </ul>
  );
}
