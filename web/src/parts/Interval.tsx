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
      <FactList
        facts={[
          ["Exactly", exact(figure.value, figure)],
          ["Likely between", between],
          ["Rests on", figure.n === null ? "" : showCount(figure.n)],
          ["Period", spanText(figure.period)],
        ]}
      />
      {figure.flags.map((flag) => (
        <div key={flag} className={css.flag}>
          {flagWords(flag)}
        </div>
      ))}
    </div>
  );
}

/** Names and what they say; what says nothing is left out. */
export function FactList({ facts }: { facts: readonly (readonly [string, string])[] }) {
  return (
    <dl className={css.list}>
      {facts
        .filter(([, text]) => text)
        .map(([name, text]) => (
          <div key={name} className={css.fact}>
            <dt>{name}</dt>
            <dd className="numbers">{text}</dd>
          </div>
        ))}
    </dl>
  );
}
