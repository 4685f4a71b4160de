// One number explained: the figure, its formula with numbers in it, what changed, its rows in and out, its SQL.

import { Button, CopyButton } from "@mantine/core";
import { IconBook2, IconChevronRight, IconCopy } from "@tabler/icons-react";
import type { Explanation as Told, RowSet } from "@/api/queries";
import { ButtonLink } from "@/parts/ButtonLink";
import { BenchmarkWords, useBenchmarks } from "@/parts/Benchmarks";
import { Change } from "@/parts/Change";
import { Facts } from "@/parts/Interval";
import type { Figure } from "@/words/answer";
import { counted, numberText, show } from "@/words/format";
import { type ExplainedRows, plainKpi } from "@/words/search";
import { Changed } from "./Changed";
import css from "./Explain.module.css";
import { figureOf } from "./figure";

interface Props {
  explanation: Told;
  asked: string;
  compare?: string;
  about: string;
  onRows: (rows: ExplainedRows) => void;
}

export function Explanation({ explanation, asked, compare, about, onRows }: Props) {
  const figure = figureOf(explanation);
  const compared = useBenchmarks(explanation.kpi, figure);
  return (
    <div className={css.stack}>
      <Head explanation={explanation} figure={figure} asked={asked} compare={compare} about={about} />
      <section aria-label="Formula">
        <h3>Formula</h3>
        <div className={css.formula}>
          <code>{explanation.formula}</code>
          <code>
            = {explanation.numbers} = <b>{show(figure.value, figure)}</b>
          </code>
        </div>
      </section>
      <BenchmarkWords all={compared} />
      {explanation.change && <Changed change={explanation.change} figure={figure} good={explanation.good} />}
      <section aria-label="Rows">
        <h3>Rows</h3>
        {explanation.measures.map((measure) => (
          <details key={measure.name} className={css.measure} open={explanation.measures.length <= 3}>
            <summary>
              <IconChevronRight size={15} aria-hidden />
              <b>{measure.name}</b>
              <span className="numbers">{measure.value === null ? "–" : numberText(measure.value)}</span>
            </summary>
            <p className={css.sentence}>{measure.sentence}</p>
            <ul className={css.sets}>
              <Set set={measure.counted} words="count" good onOpen={() => onRows({ measure: measure.name, which: "counted" })} />
              {measure.keys.map((set) => (
                <Set key={set.reason} set={set} words={set.reason} onOpen={() => onRows({ measure: measure.name, which: set.rows.which as string })} />
              ))}
              {measure.left_out.map((set) => (
                <Set key={set.reason} set={set} words={set.reason} onOpen={() => onRows({ measure: measure.name, which: set.rows.which as string, reason: set.rows.reason })} />
              ))}
            </ul>
          </details>
        ))}
      </section>
      <details className={css.measure}>
        <summary>
          <IconChevronRight size={15} aria-hidden />
          <b>SQL</b>
        </summary>
        <CopyButton value={explanation.sql}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" leftSection={<IconCopy size={14} aria-hidden />} onClick={copy} mb={8}>
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <pre className={css.sql} tabIndex={0}>
          {explanation.sql}
        </pre>
      </details>
    </div>
  );
}

type HeadProps = Pick<Props, "explanation" | "asked" | "compare" | "about"> & { figure: Figure };

function Head({ explanation, figure, asked, compare, about }: HeadProps) {
  return (
    <div className={css.head}>
      <div>
        <h2>{explanation.label}</h2>
        <p className="quiet">{about || "\u00a0"}</p>
        <div className={css.value}>
          <b className="numbers">{show(figure.value, figure)}</b>
          {compare && <Change figure={figure} word={compare} good={explanation.good} />}
        </div>
        <ButtonLink to="/catalog/$name" params={{ name: plainKpi(asked) }} size="compact-sm" variant="subtle" leftSection={<IconBook2 size={14} aria-hidden />} ml={-8}>
          Definition
        </ButtonLink>
      </div>
      <div className={css.facts}>
        <Facts figure={figure} />
      </div>
    </div>
  );
}

function Set({ set, words, good, onOpen }: { set: RowSet; words: string; good?: boolean; onOpen: () => void }) {
  return (
    <li>
      <button type="button" className={css.set} data-good={good || undefined} disabled={set.count === 0} onClick={onOpen}>
        <span className="numbers">{counted(set.count, "row")}</span>
        <span className={css.reason} title={words}>
          {words}
        </span>
        {set.count > 0 && <IconChevronRight size={14} aria-hidden />}
      </button>
    </li>
  );
}
