// A review as a page: what it says in short, its sections with figures, charts and tables, notes, what the figures mean.

import { useMemo } from "react";
import type { Restated, Review, ReviewChart, ReviewFigure, ReviewSection, ReviewTable } from "@/api/reviews";
import { Chart, type Paint } from "@/parts/Chart";
import { Panel } from "@/parts/Page";
import { Tag } from "@/parts/Tag";
import { TakePng } from "@/parts/Take";
import { Tile, Tiles } from "@/parts/Tiles";
import { show } from "@/words/format";
import { fileName } from "@/words/listing";
import { dateText } from "@/words/periods";
import { draw, heightOf } from "./draw";
import { FigureDoor } from "./FigureDoor";
import { BesideTable, FigureTable } from "./FigureTable";
import css from "./Reviews.module.css";
import { cellText, isNumber, leadingOf, moodOf, shortChange, verdictOf } from "./telling";

interface Props {
  review: Review;
  about: readonly string[]; // on what it stands
  known?: ReadonlyMap<string, Restated>; // set beside what is known now
}

export function Content({ review, about, known }: Props) {
  return (
    <div className={css.review}>
      <Leading review={review} known={known} />
      <Panel title="In short">
        <div className={css.prose}>
          {review.headline.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      </Panel>
      {review.sections.map((part) => (
        <Section key={part.title} part={part} review={review} known={known} />
      ))}
      <Remarks review={review} />
      {(review.left_out?.length ?? 0) > 0 && (
        <Panel title="What cannot be told">
          <ul className={css.list}>
            {review.left_out?.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </Panel>
      )}
      <Meanings review={review} about={about} />
    </div>
  );
}

function Leading({ review, known }: Omit<Props, "about">) {
  const { currency } = review;
  return (
    <Tiles>
      {leadingOf(review).map((one) => {
        const look = { unit: one.unit, currency };
        const restated = known?.get(one.asked.kpi);
        return (
          <Tile
            key={one.asked.kpi}
            title={one.label}
            value={
              <FigureDoor figure={one} label={`${one.label}: ${show(one.value, look, true)}`}>
                {show(one.value, look, true)}
              </FigureDoor>
            }
            note={restated ? <Tag tone="warn">now {show(restated.now, look, true)}</Tag> : <Moved figure={one} currency={currency} />}
          />
        );
      })}
    </Tiles>
  );
}

function Moved({ figure, currency }: { figure: ReviewFigure; currency: string }) {
  const goal = figure.goal && `target ${show(figure.goal.value, { unit: figure.unit, currency }, true)}`;
  return (
    <>
      <span className={css.change} data-meaning={moodOf(figure)}>
        {shortChange(figure, currency) || "not compared"}
      </span>
      {[verdictOf(figure), goal].filter(Boolean).map((text) => ` · ${text}`)}
    </>
  );
}

function Section({ part, review, known }: { part: ReviewSection; review: Review; known?: ReadonlyMap<string, Restated> }) {
  const figures = part.figures ?? [];
  return (
    <Panel title={part.title}>
      <div className={css.section}>
        {(part.sentences?.length ?? 0) > 0 && (
          <div className={css.prose}>
            {part.sentences?.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </div>
        )}
        {figures.length > 0 && (known ? <BesideTable label={part.title} figures={figures} review={review} known={known} /> : <FigureTable label={part.title} figures={figures} review={review} />)}
        {(part.charts?.length ?? 0) > 0 && (
          <div className={css.charts}>
            {part.charts?.map((one) => (
              <Drawn key={one.title} chart={one} review={review} />
            ))}
          </div>
        )}
        {part.tables?.map((one) => (
          <Rows key={one.title} table={one} currency={review.currency} titled={one.title !== part.title} />
        ))}
      </div>
    </Panel>
  );
}

function Drawn({ chart, review }: { chart: ReviewChart; review: Review }) {
  const { currency, title, period_name, whom, snapshot, as_of } = review;
  const stands = { words: [`${title}: ${period_name}`, whom], snapshot: { id: snapshot, as_of } };
  const drawing = useMemo(() => ({ draw: (colours: Paint) => draw(chart, currency, colours), height: heightOf(chart) }), [chart, currency]);
  return (
    <figure className={css.chart}>
      <figcaption>
        {chart.title}
        <TakePng name={fileName(chart.title)} label={chart.title} stands={stands} drawings={[drawing]} />
      </figcaption>
      <Chart {...drawing} label={chart.label || chart.title} />
    </figure>
  );
}

function Rows({ table, currency, titled }: { table: ReviewTable; currency: string; titled: boolean }) {
  return (
    <div>
      {titled && <h3 className={css.title}>{table.title}</h3>}
      <div className={css.wide} tabIndex={0} role="region" aria-label={`${table.title}: rows`}>
        <table className={css.table} aria-label={table.title}>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column.label} scope="col" data-text={!isNumber(column.unit) || undefined}>
                  {column.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, index) => (
              <tr key={index}>
                {table.columns.map((column, at) => (
                  <td key={column.label} data-text={!isNumber(column.unit) || undefined}>
                    {cellText(row[at] ?? null, column.unit, currency)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.note && <p className={css.note}>{table.note}</p>}
    </div>
  );
}

function Remarks({ review }: { review: Review }) {
  if (!review.notes?.length) return null;
  return (
    <Panel title="Notes">
      <ul className={css.list}>
        {review.notes.map((note) => (
          <li key={`${note.on} ${note.about} ${note.text}`}>
            <b>
              {dateText(note.on)}, {note.about}.
            </b>{" "}
            {note.text} <span className="quiet">{note.author}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Meanings({ review, about }: { review: Review; about: readonly string[] }) {
  return (
    <Panel title="What the figures mean">
      <dl className={css.meanings}>
        {review.definitions?.map((one) => (
          <div key={one.kpi}>
            <dt>{one.label}</dt>
            <dd>
              {one.asks} {review.internal && <code>{one.formula}</code>}
            </dd>
          </div>
        ))}
      </dl>
      <p className={css.note}>{about.join(" ")}</p>
    </Panel>
  );
}
