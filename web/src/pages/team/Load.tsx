// What each has in hand beside the team's middle, the heaviest first.

import { useCallback, useMemo } from "react";
import { Chart, type Paint } from "@/parts/Chart";
import { Empty } from "@/parts/Empty";
import { Panel } from "@/parts/Page";
import { TakePng } from "@/parts/Take";
import { barsOf, drawLoad, MOST_BARS } from "./draw";
import type { Weighed } from "./weighing";

const NOT_NARROWED = { words: [] }; // as of now, of all accounts

export function Load({ weighed }: { weighed: readonly Weighed[] }) {
  const bars = useMemo(() => barsOf(weighed), [weighed]);
  const draw = useCallback((paint: Paint) => drawLoad(bars, paint), [bars]);
  const height = Math.max(240, bars.length * 28 + 84);
  const cut = weighed.filter((one) => one.load !== null).length > MOST_BARS;
  return (
    <Panel
      title="Load against the team's middle"
      note={`Own touches of 90 days, open deals and open tickets, counting alike where the middle is five or more; 1 is the middle.${cut ? ` The first ${MOST_BARS}; the table has all.` : ""}`}
      actions={bars.length > 0 && <TakePng label="Load" name="team-load" stands={NOT_NARROWED} drawings={[{ draw, height }]} />}
    >
      {bars.length ? (
        <Chart draw={draw} height={height} label="Load of each account manager; the table beneath has the numbers" />
      ) : (
        <Empty small title="Too few to have a middle">
          With three account managers or more, and touches, deals or tickets, their load is set against each other.
        </Empty>
      )}
    </Panel>
  );
}
