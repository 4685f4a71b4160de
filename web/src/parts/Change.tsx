// A change and what it means: an arrow for the direction, a word and a colour for the meaning.

import { Tooltip } from "@mantine/core";
import { IconArrowDownRight, IconArrowRight, IconArrowUpRight } from "@tabler/icons-react";
import { type Figure, TARGET } from "@/words/answer";
import { type Good, changeWord, meaningOf, withinNoise } from "@/words/change";
import { show, showChange } from "@/words/format";
import { COMPARISONS } from "@/words/periods";
import css from "./Change.module.css";

interface Props {
  figure: Figure;
  word: string; // previous, year-ago, target
  good?: Good;
}

export function Change({ figure, word, good }: Props) {
  const told = figure.compare[word];
  const meaning = meaningOf(told?.change, good);
  const beside = word === TARGET ? "the target" : (COMPARISONS[word]?.beside ?? word);
  if (figure.value === null) return <span className={css.none}>not known in this period</span>;
  if (!told || meaning === "none")
    return <span className={css.none}>{told ? `no figure for ${beside}` : ""}</span>;
  const text = showChange(told.change, told.value, figure);
  const noise = withinNoise(figure, word);
  const change = told.change ?? 0;
  const Arrow = change > 0 ? IconArrowUpRight : change < 0 ? IconArrowDownRight : IconArrowRight;
  const words = changeWord(change, meaning, word);
  return (
    <Tooltip label={tip(show(told.value, figure), beside, noise)} maw={280}>
      <span className={css.change} data-meaning={noise ? "noise" : meaning}>
        <Arrow size={14} stroke={2.2} aria-hidden />
        <span className="numbers">{text}</span>
        <span className={css.word}>{noise ? `${words}?` : words}</span>
      </span>
    </Tooltip>
  );
}

const tip = (before: string, beside: string, noise: boolean): string =>
  `${before} ${beside}.${noise ? " That lies within the interval of this figure: it may be chance." : ""}`;
