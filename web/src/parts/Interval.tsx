// How sure a figure is: its interval, how many it rests on, and what must be known about it, on hover and focus.

import { HoverCard } from "@mantine/core";
import type { ReactNode } from "react";
import type { Figure } from "@/words/answer";
import { flagWords } from "@/words/flags";
import { exact, showCount, showInterval } from "@/words/format";
import { spanText } from "@/words/periods";
import css from "./Interval.module.css";

export function Interval({ figure, children }: { figure: Figure; children: ReactNode }) {
  return (
    <HoverCard withRoles={false} openDelay={250} closeDelay={60} position="bottom-start" shadow="md" width={280}>
      <HoverCard.Target>{children as React.ReactElement}</HoverCard.Target>
      <HoverCard.Dropdown>
        <Facts figure={figure} />
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

/** The same as a list, for a place that shows it always. */
export function Facts({ figure }: { figure: Figure }) {
  const between = showInterval(figure.lower, figure.upper, figure);
  return (
    <div className={css.facts}>
      <dl>
      <Fact name="Exactly">{exact(figure.value, figure)}</Fact>
      {between && <Fact name="Likely between">{between}</Fact>}
      {figure.n !== null && <Fact name="Rests on">{showCount(figure.n)}</Fact>}
      <Fact name="Period">{spanText(figure.period)}</Fact>
      </dl>
      {figure.flags.map((flag) => (
        <div key={flag} className={css.flag}>
          {flagWords(flag)}
        </div>
      ))}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={css.fact}>
      <dt>{name}</dt>
      <dd className="numbers">{children}</dd>
    </div>
  );
}
